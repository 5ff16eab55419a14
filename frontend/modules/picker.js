// Fields that name an entry or a source, with what they may become beneath (ARIA 1.2 combobox with a listbox; the text stays free).
// `data-complete-entry="address"`: the title is taken; `data-complete-source="address"`: the key.
const AFTER = 150 // milliseconds
let count = 0

export function startPickers(root = document) {
  for (const input of root.querySelectorAll('input[data-complete-entry], input[data-complete-source]')) {
    if (input.getAttribute('role') !== 'combobox') start(input)
  }
}

function start(input) {
  const ofSources = 'completeSource' in input.dataset
  const address = ofSources ? input.dataset.completeSource : input.dataset.completeEntry
  if (!address) return
  const list = document.createElement('ul')
  list.id = `picker-${++count}`
  list.className = 'picker'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', input.labels?.[0]?.textContent.trim() ?? '')
  list.hidden = true
  input.after(list)
  input.parentElement.classList.add('picker-place')
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id, autocomplete: 'off' })) input.setAttribute(name, value)
  input.removeAttribute('list')
  let timer
  let asked = new AbortController()
  let active = -1

  function close() {
    asked.abort()
    clearTimeout(timer)
    list.hidden = true
    active = -1
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
  }

  function move(to) {
    const options = [...list.children]
    active = (to + options.length) % options.length
    options.forEach((option, at) => option.setAttribute('aria-selected', String(at === active)))
    input.setAttribute('aria-activedescendant', options[active].id)
    options[active].scrollIntoView({ block: 'nearest' })
  }

  function choose(option) {
    input.value = option.dataset.value
    input.dispatchEvent(new Event('input', { bubbles: true }))
    close()
  }

  function show(items) {
    list.replaceChildren(...items.map((item, at) => {
      const option = document.createElement('li')
      option.id = `${list.id}-${at}`
      option.setAttribute('role', 'option')
      option.setAttribute('aria-selected', 'false')
      option.dataset.value = ofSources ? item.value : item.label
      const words = Object.assign(document.createElement('span'), { textContent: item.label })
      const detail = Object.assign(document.createElement('span'), { className: 'hint', textContent: ofSources ? `@${item.value} · ${item.detail}` : item.detail })
      option.append(words, detail)
      return option
    }))
    list.hidden = !items.length
    active = -1
    input.setAttribute('aria-expanded', String(items.length > 0))
  }

  async function ask() {
    const typed = input.value.trim()
    if (typed.length < 2) return close()
    asked.abort()
    asked = new AbortController()
    const url = new URL(address, location.href)
    url.searchParams.set('of', ofSources ? 'sources' : 'entries')
    url.searchParams.set('q', typed)
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { Accept: 'application/json' } })
      if (answer.ok && document.activeElement === input) show((await answer.json()).items)
    } catch (error) {
      if (error.name !== 'AbortError') close()
    }
  }

  input.addEventListener('input', (event) => {
    clearTimeout(timer)
    if (event.isTrusted) timer = setTimeout(ask, AFTER)
  })
  input.addEventListener('keydown', (event) => {
    if (list.hidden) {
      if (event.key === 'ArrowDown') ask()
      return
    }
    if (event.key === 'ArrowDown') move(active + 1)
    else if (event.key === 'ArrowUp') move(active < 0 ? list.children.length - 1 : active - 1)
    else if (event.key === 'Enter' && active >= 0) choose(list.children[active])
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  })
  input.addEventListener('blur', () => setTimeout(close, 100)) // after a click into the list
  list.addEventListener('mousedown', (event) => {
    event.preventDefault()
    const option = event.target.closest('[role=option]')
    if (option) choose(option)
  })
}
