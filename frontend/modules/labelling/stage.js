// What stands on the page now: the creative, and the form as it was left or empty.
// Whoever listens hears the new ad's page; whoever looks sees its beginning.
function focusOn(place) {
  const target = place.querySelector('.ad-veil:not([open]) > summary') ?? place.querySelector('.ad-page')
  if (!target.matches('summary')) target.tabIndex = -1
  target.focus({ preventScroll: true })
  place.closest('[data-labelling]').scrollIntoView({ block: 'start' })
}

// Measures how long a creative is looked at, in seconds; time in which the page was hidden is left out.
function startWatch() {
  let shownAt = 0
  let away = 0
  let leftAt = 0
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) leftAt = performance.now()
    else away += performance.now() - Math.max(leftAt, shownAt)
  })
  return {
    start() { shownAt = performance.now(); away = 0 },
    get seconds() { return Math.max(0, performance.now() - shownAt - away) / 1000 },
  }
}

export function startStage({ root, form, place, words, deck, marking, questions, session, say }) {
  const watch = startWatch()
  let dry = false // the server has nothing more for now

  function fill(values) {
    marking.restore(values?.highlights ?? [])
    questions.fill(values?.answers ?? {})
    form.querySelector(`[data-flag][value="${values?.flag ?? ''}"]`).checked = true
    form.elements.comment.value = values?.comment ?? ''
    for (const drawer of form.querySelectorAll('[data-drawer]')) drawer.open = false
  }

  return {
    set dry(value) { dry = value },
    get seconds() { return watch.seconds },
    show(values, { moved = true } = {}) {
      const card = deck.turn()
      form.hidden = !card
      root.querySelector('[data-empty]').hidden = Boolean(card) || !dry
      root.querySelector('[data-fetching]').hidden = Boolean(card) || dry
      fill(values)
      if (!card) return say(dry ? words.empty : words.fetching)
      place.replaceChildren(card)
      watch.start()
      if (!moved) return
      focusOn(place)
      say(words.next.replace('{page}', card.dataset.page).replace('{count}', session.today))
    },
    values() {
      marking.end()
      return { ...questions.read(), flag: form.querySelector('[data-flag]:checked').value || null, comment: form.elements.comment.value.trim() }
    },
    get veiled() { return Boolean(place.querySelector('.ad-veil:not([open])')) },
    // Opens a creative that is hidden behind a warning; nothing is answered before it was seen.
    unveil() {
      const veil = place.querySelector('.ad-veil:not([open])')
      if (veil) veil.open = true
      return Boolean(veil)
    },
  }
}
