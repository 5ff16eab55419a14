// What is pasted or dropped: an address over words becomes a link; an address alone may become a source; a picture goes into the library.
import { EditorView } from '@codemirror/view'

const ADDRESS = /^https?:\/\/[^\s<>"]+$/
const PICTURE = /^(image\/(png|jpeg|webp|gif)|application\/pdf)$/

export function inserting(area, box) {
  const dialog = box.querySelector('dialog')
  document.querySelector('body > .md-dialog')?.remove() // of an editor that a swap has replaced
  document.body.append(dialog) // its forms cannot stand inside the text's
  const offer = box.querySelector('[data-offer-source]')
  let view
  let done

  const words = box.dataset
  const inserted = (text) => {
    view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true })
    view.focus()
  }

  // Show a form of the server in the dialog. `finish` gets the JSON of what was made; `file` is given to the form's file field.
  async function show(answer, finish, file) {
    const body = dialog.querySelector('[data-body]')
    if (!answer.ok && answer.status !== 422) {
      body.textContent = words.failed
    } else {
      body.innerHTML = await answer.text() // our own form
      for (const part of body.querySelectorAll('.needs-script[hidden]')) part.hidden = false
      ownNames(body)
      giveFile(body.querySelector('input[type=file]'), file)
    }
    done = finish
    if (!dialog.open) dialog.showModal()
    body.querySelector('.error-summary, input:not([type=hidden]), textarea')?.focus()
  }

  // The page may have fields of the same names: those of the dialog get ids of their own, and what points to them follows.
  function ownNames(body) {
    for (const each of body.querySelectorAll('[id]')) each.id = `dialog-${each.id}`
    for (const name of ['for', 'aria-describedby', 'aria-labelledby']) {
      for (const each of body.querySelectorAll(`[${name}]`)) {
        each.setAttribute(name, each.getAttribute(name).split(' ').map((id) => `dialog-${id}`).join(' '))
      }
    }
    for (const each of body.querySelectorAll('a[href^="#"]')) each.hash = `#dialog-${each.hash.slice(1)}`
  }

  function giveFile(input, file) {
    if (!input || !file) return
    const transfer = new DataTransfer()
    transfer.items.add(file)
    input.files = transfer.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }

  const ask = (address, body) => fetch(address, { method: body ? 'POST' : 'GET', body, headers: { 'HX-Request': 'true' } })

  async function open(title, asking, finish, file) {
    dialog.querySelector('[data-title]').textContent = title
    dialog.querySelector('[data-body]').textContent = words.wait
    if (!dialog.open) dialog.showModal()
    try {
      await show(await asking, finish, file)
    } catch {
      dialog.querySelector('[data-body]').textContent = words.failed
    }
  }

  dialog.addEventListener('submit', async (event) => {
    const form = event.target
    if (form.method === 'dialog') return
    event.preventDefault()
    event.stopPropagation()
    const file = form.querySelector('input[type=file]')?.files[0]
    const button = form.querySelector('[type=submit]')
    button.disabled = true
    try {
      const answer = await ask(form.action, new FormData(form))
      const made = answer.ok && answer.headers.get('content-type')?.startsWith('application/json')
      if (!made) return await show(answer, done, file)
      const finish = done
      const value = await answer.json()
      dialog.close()
      finish(value)
    } catch {
      form.prepend(Object.assign(document.createElement('p'), { className: 'error', role: 'alert', textContent: words.failed }))
    } finally {
      button.disabled = false
    }
  })
  dialog.addEventListener('click', (event) => {
    const known = event.target.closest('[data-cite]')
    const cancel = event.target.closest('.form-foot a')
    if (!known && !cancel) return
    event.preventDefault()
    dialog.close()
    if (known) done?.({ key: known.dataset.cite })
  })
  dialog.addEventListener('close', () => { dialog.querySelector('[data-body]').replaceChildren() })

  function image(file) {
    if (!area.dataset.upload) return
    open(words.upload, ask(area.dataset.upload), ({ markdown }) => inserted(markdown), file)
  }

  function offerSource(address) {
    if (!area.dataset.source) return
    offer.hidden = false
    offer.querySelector('button').onclick = () => {
      offer.hidden = true
      const data = new FormData()
      data.set('address', address)
      open(words.source, ask(area.dataset.source, data), ({ key }) => citeInstead(address, key))
    }
  }

  // Put a citation where the pasted address stands; where it is gone, at the cursor.
  function citeInstead(address, key) {
    const at = view.state.doc.toString().lastIndexOf(address)
    const citation = `[@${key}]`
    if (at < 0) return inserted(citation)
    view.dispatch({ changes: { from: at, to: at + address.length, insert: citation }, selection: { anchor: at + citation.length } })
    view.focus()
  }

  const extension = EditorView.domEventHandlers({
    paste(event) {
      const file = [...event.clipboardData.files].find(({ type }) => PICTURE.test(type))
      const text = event.clipboardData.getData('text/plain').trim()
      if (file && !text) {
        event.preventDefault()
        image(file)
        return true
      }
      if (!ADDRESS.test(text)) return false
      const { from, to } = view.state.selection.main
      const chosen = view.state.sliceDoc(from, to)
      if (!chosen || ADDRESS.test(chosen) || chosen.includes('\n')) {
        offerSource(text)
        return false
      }
      event.preventDefault()
      inserted(`[${chosen}](${text})`)
      return true
    },
    drop(event) {
      const file = [...event.dataTransfer.files].find(({ type }) => PICTURE.test(type))
      if (!file) return false
      event.preventDefault()
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.selection.main.head
      view.dispatch({ selection: { anchor: at } })
      image(file)
      return true
    },
  })
  return { extension, image, attach(made) { view = made } }
}
