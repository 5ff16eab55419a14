// Files that are dropped, pasted or chosen go up at once, with progress, and wait beside the text until it is sent.
export function startUploading({ form, config, words, say }) {
  const place = form.querySelector('[data-composer-files]')
  let files = [] // {ref, chip}
  const underway = new Map() // request → name

  function chip(name) {
    const item = document.createElement('li')
    const text = document.createElement('span')
    text.textContent = name
    const remove = document.createElement('button')
    remove.type = 'button'
    remove.textContent = '×'
    remove.setAttribute('aria-label', words.remove.replace('{name}', name))
    item.append(text, remove)
    place.append(item)
    return { item, text, remove }
  }

  function up(file) {
    const shown = chip(file.name)
    const request = new XMLHttpRequest()
    const body = new FormData()
    body.append('file', file)
    request.open('POST', `${config.base}/files`)
    request.setRequestHeader('Accept', 'application/json')
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      shown.text.textContent = words.uploading.replace('{name}', file.name).replace('{percent}', Math.round((100 * loaded) / total))
    })
    const failed = (why) => {
      shown.item.remove()
      say(words.upload_failed.replace('{name}', file.name).replace('{why}', why))
    }
    request.addEventListener('error', () => failed(words.failed))
    request.addEventListener('load', () => {
      let answer = {}
      try { answer = JSON.parse(request.responseText) } catch { /* no JSON */ }
      if (request.status >= 300) return failed(answer.detail ?? words.failed)
      shown.text.textContent = file.name
      files.push({ ref: answer, chip: shown.item })
      say(words.uploaded.replace('{name}', file.name))
    })
    shown.remove.addEventListener('click', () => {
      request.abort()
      shown.item.remove()
      const gone = files.find((one) => one.chip === shown.item)
      files = files.filter((one) => one !== gone)
      if (gone) fetch(`${config.base}/files/${gone.ref.sha256}/drop`, { method: 'POST' }).catch(() => {})
    })
    underway.set(request, file.name)
    request.addEventListener('loadend', () => underway.delete(request))
    request.send(body)
  }

  const take = (list) => [...list].forEach(up)
  const input = form.querySelector('[data-composer-upload]')
  if (input) {
    input.addEventListener('change', () => { take(input.files); input.value = '' })
    form.addEventListener('paste', (event) => {
      if (event.clipboardData?.files.length) { event.preventDefault(); take(event.clipboardData.files) }
    })
    const target = form.closest('.talk, .side') ?? form
    target.addEventListener('dragover', (event) => {
      if (![...event.dataTransfer.types].includes('Files')) return
      event.preventDefault()
      form.dataset.over = ''
    })
    target.addEventListener('dragleave', () => delete form.dataset.over)
    target.addEventListener('drop', (event) => {
      delete form.dataset.over
      if (!event.dataTransfer.files.length) return
      event.preventDefault()
      take(event.dataTransfer.files)
    })
  }
  return {
    refs: () => files.map(({ ref }) => ref),
    underway: () => underway.values().next().value,
    clear() { files = []; place.replaceChildren() },
  }
}
