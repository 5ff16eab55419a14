// The keyboard: `/` goes to the search, `j` and `k` walk through a list, `?` shows the keys. Never while somebody types.
import { openDialog } from './dialogs.js'

const TYPING = 'input:not([type=checkbox], [type=radio], [type=range], [type=file]), textarea, select, [contenteditable]'

function walk(step) {
  const items = [...document.querySelectorAll('[data-list] [data-item]')]
  if (!items.length) return
  const here = items.findIndex((item) => item.contains(document.activeElement))
  const next = items[Math.min(items.length - 1, Math.max(0, here + step))]
  const target = next.querySelector('a[href], button') ?? next
  if (target === next) next.tabIndex = -1
  target.focus()
  next.scrollIntoView({ block: 'nearest' })
}

const ACTIONS = {
  '/': () => document.querySelector('[data-search]')?.focus(),
  '?': () => openDialog(document.getElementById('keys')),
  j: () => walk(1),
  k: () => walk(-1),
}

export function startKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target.closest?.(TYPING) || document.querySelector('dialog[open]')) return
    const action = ACTIONS[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
}
