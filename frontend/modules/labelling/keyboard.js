// Every answer on a key. Never while somebody types, in a dialog, or where single keys were switched off.
const TYPING = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'
const OWN_ENTER = 'button, a, summary'

export function startKeyboard(form, { questions, acts, session, marking, veiled, hint }) {
  const flags = form.querySelector('[data-drawer=flag]')

  const KEYS = {
    u: acts.undo,
    s: acts.skip,
    f: () => acts.drawer('flag'),
    c: () => acts.drawer('comment'),
    h: acts.help,
    m: () => acts.mark(),
    j: () => questions.step(1),
    k: () => questions.step(-1),
    ArrowDown: () => questions.step(1),
    ArrowUp: () => questions.step(-1),
  }

  function onAnswerKey(key) {
    if (flags.open) {
      const flag = form.querySelector(`[data-flag="${key}"]`)
      if (flag) acts.flag(flag.value)
      return Boolean(flag)
    }
    if (veiled()) return hint(), true
    const input = questions.press(key)
    if (!input) return false
    if (questions.active === questions.main) acts.answered(input)
    else if (input.type === 'radio' && input.checked) questions.step(1)
    return true
  }

  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (form.hidden && event.key !== 'u') return
    if (document.querySelector('dialog[open]') || marking.active) return
    const { target, key } = event
    if (key === 'Escape' && target.closest?.('[data-drawer]')) return void (target.closest('[data-drawer]').open = false)
    if (target.closest?.(TYPING)) return
    if (key === 'Enter') {
      if (!target.closest?.(OWN_ENTER)) { event.preventDefault(); acts.next() }
      return
    }
    if (!session.settings.useKeys) return
    if (key.startsWith('Arrow') && target.matches?.('input, .word')) return // these move within the answers
    const act = KEYS[key]
    if (act) act()
    else if (!onAnswerKey(key)) return
    event.preventDefault()
  })
}
