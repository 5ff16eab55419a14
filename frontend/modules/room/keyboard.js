// Everything on a key; never while somebody types, nor in a dialog.
import { openDialog } from '../dialogs.js'

const TYPING = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'

export function startKeyboard({ root, panel, rail, tools, scroll, composers }) {
  const items = () => [...(document.activeElement?.closest('#panel') ?? root.querySelector('[data-messages]')).querySelectorAll('.msg, .line')].filter((item) => item.offsetParent)
  const current = () => document.activeElement?.closest?.('.msg')

  function step(by) {
    const all = items()
    const here = all.indexOf(document.activeElement?.closest?.('.msg, .line'))
    const next = here < 0 ? all.at(-1) : all[Math.min(all.length - 1, Math.max(0, here + by))]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
  }

  const onMessage = (act) => () => { const item = current(); if (item) tools.acts[act](item); return Boolean(item) }
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    c: () => { panel.view('talk'); composers.main()?.focus() },
    r: onMessage('reply'),
    e: onMessage('edit'),
    q: onMessage('quote'),
    m: onMessage('more'),
    '+': onMessage('emoji'),
    u: () => scroll.toNew(),
    g: () => scroll.toTheEnd(),
    '/': () => { const link = root.querySelector('.room-tools a[href$="/search"]'); if (link) panel.go(link.href); return Boolean(link) },
    '?': () => openDialog(document.getElementById('keys')),
    '[': () => root.toggleAttribute('data-rail-closed'),
    ']': () => { if (panel.open) panel.close(); else { const tab = root.querySelector('[data-part-link]'); if (tab) panel.go(tab.href) } },
    Escape: () => {
      if (document.activeElement?.closest('#panel') && panel.open) panel.close()
      else composers.main()?.focus()
    },
  }

  document.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      return rail.open()
    }
    if (event.key === 'Escape' && event.shiftKey) { event.preventDefault(); return scroll.toNew() }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open], .emoji-picker, details.menu[open]')) return
    const typing = event.target.closest?.(TYPING)
    if (typing && event.key !== 'Escape') return
    if (typing && (typing.value || typing.closest('[data-composer]'))) return
    const act = KEYS[event.key]
    if (!act || act() === false) return
    event.preventDefault()
    event.stopPropagation()
  }, true)
}
