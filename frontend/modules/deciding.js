// A reviewer's decision by keyboard: an answer's key chooses it, `r` goes to the reason, Ctrl+Enter there decides, `n` passes to the next ad.
const TYPING = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'

function choose(form, key) {
  const input = [...form.querySelectorAll('.question-big input[data-key]')].find((one) => one.dataset.key === key)
  if (!input) return false
  input.checked = true
  input.focus()
  return true
}

export function startDeciding() {
  const form = document.querySelector('[data-deciding]:not([data-started])')
  if (!form) return
  form.dataset.started = ''
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.repeat || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && form.contains(event.target)) {
      event.preventDefault()
      return form.requestSubmit(form.querySelector('button[value=decide]'))
    }
    if (event.ctrlKey || event.metaKey || event.target.closest?.(TYPING)) return
    if (event.key === 'r') form.elements.reason.focus()
    else if (event.key === 'n') document.querySelector('[data-next-ad]')?.click()
    else if (!choose(form, event.key)) return
    event.preventDefault()
  })
}
