// People who are ticked, once for each of several roles: a field that narrows the lists, and one role a person. Without script the lists are whole.
const plain = (words) => words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

function narrow(place, typed) {
  const parts = plain(typed).split(/\s+/).filter(Boolean)
  const found = new Set()
  for (const one of place.querySelectorAll('[data-choosing-one]')) {
    const tick = one.querySelector('input')
    const fits = parts.every((part) => plain(one.textContent).includes(part))
    one.hidden = !fits && !tick.checked // who was ticked stays in sight
    if (fits) found.add(tick.value)
  }
  place.querySelector('[data-choosing-found]').textContent = found.size ? '' : place.dataset.choosingNone
}

export function startChoosing() {
  const place = document.querySelector('[data-choosing]:not([data-started])')
  if (!place) return
  place.dataset.started = ''
  const filter = place.querySelector('[data-choosing-filter]')
  filter.addEventListener('input', () => narrow(place, filter.value))
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault() // it would send the form
  })
  place.addEventListener('change', ({ target }) => {
    if (target.type !== 'checkbox' || !target.checked) return
    for (const other of place.querySelectorAll('input[type=checkbox]:checked')) {
      if (other !== target && other.value === target.value) other.checked = false
    }
  })
}
