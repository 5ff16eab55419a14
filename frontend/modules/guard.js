// `data-guard` on a form: leaving with unsent changes asks first. `data-draft="key"` keeps what is typed in this tab until the
// form has been sent and taken, so that a dropped connection, or a look at another part of a room, loses nothing; closing the tab forgets it, for it may be personal
// data on a shared machine. Passwords and files are never kept.
const KEPT = 'input:not([type=password], [type=file], [type=hidden]), textarea, select:not([multiple])'
const changed = new WeakSet()

function draftKey(form) {
  return `draft:${form.dataset.draft}`
}

// What the server put there: a draft takes only its own form's place, never what was changed there meanwhile.
function given(field) {
  if (field.type === 'checkbox' || field.type === 'radio') return field.defaultChecked
  return field.matches('select') ? ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value : field.defaultValue
}

function keep(form) {
  const fields = [...form.querySelectorAll(KEPT)].filter((field) => field.name)
  const values = fields.map((field) => [field.name, field.type === 'checkbox' || field.type === 'radio' ? field.checked : field.value, given(field)])
  try {
    sessionStorage.setItem(draftKey(form), JSON.stringify(values))
  } catch {
    sessionStorage.removeItem(draftKey(form)) // more than the browser keeps: no draft is better than an old one
  }
}

function restore(form) {
  const values = JSON.parse(sessionStorage.getItem(draftKey(form)) ?? '[]')
  const fields = [...form.querySelectorAll(KEPT)].filter((field) => field.name)
  values.forEach(([name, value, before], at) => {
    const field = fields[at]
    if (field?.name !== name || given(field) !== before) return
    if (typeof value === 'boolean') field.checked = value
    else field.value = value
  })
}

export function restoreDrafts(where = document) {
  for (const form of where.querySelectorAll('form[data-draft]')) restore(form)
}

export function forgetDraft(form) {
  if (form.dataset.draft) sessionStorage.removeItem(draftKey(form))
}

export function startGuard() {
  restoreDrafts()
  for (const sent of document.querySelectorAll('[data-draft-taken]')) sessionStorage.removeItem(`draft:${sent.dataset.draftTaken}`)
  document.addEventListener('input', ({ target }) => {
    const form = target.form
    if (!form) return
    if ('guard' in form.dataset) changed.add(form)
    if (form.dataset.draft) keep(form)
  })
  document.addEventListener('submit', (event) => changed.delete(event.target))
  document.addEventListener('draft-kept', (event) => changed.delete(event.target)) // the server has what was typed
  window.addEventListener('beforeunload', (event) => {
    if ([...document.querySelectorAll('form[data-guard]')].some((form) => changed.has(form))) event.preventDefault()
  })
}
