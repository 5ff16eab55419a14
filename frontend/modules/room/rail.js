// The rail: what is new in the other rooms, and going to one by its name.
import { openDialog } from '../dialogs.js'

const EVERY = 1_500 // milliseconds between two looks
const ANYWAY = 60_000 // milliseconds: nobody tells of a room that one is brought into

export function startRail({ root, config, words, shown }) {
  const place = root.querySelector('#rail-list')
  const dialog = document.getElementById('switch-room')
  const search = dialog.querySelector('[data-switch-search]')
  const list = dialog.querySelector('[role=listbox]')
  let timer
  let found = []
  let here = 0

  function refresh(after = EVERY) {
    timer ??= setTimeout(async () => {
      timer = undefined
      try {
        const answer = await fetch(`${config.rail}?room=${config.room}`, { headers: { 'HX-Request': 'true' } })
        if (!answer.ok) return
        const focused = document.activeElement?.closest?.('.rail-room')?.dataset.room
        place.innerHTML = await answer.text() // our own server's
        if (focused) place.querySelector(`[data-room="${focused}"]`)?.focus()
        shown()
      } catch { /* offline */ }
    }, after)
  }

  setInterval(() => { if (document.visibilityState === 'visible') refresh() }, ANYWAY)
  window.addEventListener('focus', () => refresh())

  const rooms = () => [...place.querySelectorAll('.rail-room')].map((link) => ({
    id: link.dataset.room, href: link.href, name: link.querySelector('.rail-name').textContent.trim().replace(/\s+/g, ' '), count: link.querySelector('.rail-count')?.firstChild?.textContent ?? '',
  }))

  function draw() {
    const typed = search.value.toLowerCase().trim()
    found = rooms().filter(({ id, name }) => id !== config.room && typed.split(/\s+/).every((word) => name.toLowerCase().includes(word)))
    if (!typed) found.sort((one, other) => Boolean(other.count) - Boolean(one.count))
    here = Math.min(here, Math.max(0, found.length - 1))
    list.replaceChildren(...found.map(({ name, count }, number) => {
      const item = document.createElement('li')
      item.id = `switch-${number}`
      item.setAttribute('role', 'option')
      item.setAttribute('aria-selected', String(number === here))
      item.append(name)
      if (count) { const sign = document.createElement('span'); sign.className = 'rail-count'; sign.textContent = count; item.append(sign) }
      return item
    }))
    if (!found.length) {
      const none = document.createElement('li')
      none.setAttribute('role', 'option')
      none.setAttribute('aria-disabled', 'true')
      none.setAttribute('aria-selected', 'false')
      none.textContent = words.no_room
      list.append(none)
    }
    search.setAttribute('aria-activedescendant', found.length ? `switch-${here}` : '')
    list.children[here]?.scrollIntoView({ block: 'nearest' })
  }

  function take(number) { if (found[number]) location.assign(found[number].href) }

  search.addEventListener('input', () => { here = 0; draw() })
  search.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) { here = (here + step + found.length) % (found.length || 1); draw() }
    else if (event.key === 'Enter') take(here)
    else return
    event.preventDefault()
  })
  list.addEventListener('click', ({ target }) => take([...list.children].indexOf(target.closest('li'))))
  root.querySelector('[data-switch]')?.addEventListener('click', open)

  function open() {
    search.value = ''
    here = 0
    draw()
    openDialog(dialog)
    search.focus()
  }

  return {
    refresh, open,
    here: () => {}, // this room's own count: it is being read
    others: () => rooms().map(({ id }) => id).filter((id) => id !== config.room),
  }
}
