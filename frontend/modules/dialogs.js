// Dialogs are the browser's own. `data-open="id"` opens one; `data-confirm="sentence"` on a form or link asks before it acts.
let confirmed

export function openDialog(dialog) {
  if (dialog && !dialog.open) dialog.showModal()
}

function ask(sentence, act) {
  const dialog = document.getElementById('confirm')
  dialog.querySelector('[data-sentence]').textContent = sentence
  dialog.addEventListener('close', () => dialog.returnValue === 'yes' && act(), { once: true })
  dialog.returnValue = ''
  openDialog(dialog)
}

function onSubmit(event) {
  const form = event.target
  const sentence = event.submitter?.dataset.confirm ?? form.dataset.confirm
  if (!sentence || confirmed === form) return void (confirmed = undefined)
  event.preventDefault()
  event.stopImmediatePropagation()
  const { submitter } = event
  ask(sentence, () => {
    confirmed = form
    form.requestSubmit(submitter)
  })
}

export function startDialogs() {
  document.addEventListener('submit', onSubmit, true)
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-open]')
    if (opener) openDialog(document.getElementById(opener.dataset.open))
    if (event.target.matches?.('dialog.dialog')) event.target.close() // a click on the backdrop
  })
  document.addEventListener('htmx:confirm', (event) => {
    const sentence = event.detail.question
    if (!sentence) return
    event.preventDefault()
    ask(sentence, () => event.detail.issueRequest(true))
  })
}
