// What is said after a creative whose answer is known: beside the next one, until it is closed or a few answers later.
const STAYS = 4 // answers

export function startFeedback(root) {
  const place = root.querySelector('[data-feedback]')
  let left = 0 // answers until it goes by itself
  const form = root.querySelector('template[data-feedback-form]')

  place.addEventListener('click', ({ target }) => {
    if (!target.closest('[data-feedback-close]')) return
    place.replaceChildren()
    root.querySelector('.ad-page')?.focus({ preventScroll: true })
  })

  return {
    show(given) {
      const note = form.content.firstElementChild.cloneNode(true)
      for (const [name, text] of Object.entries(given)) {
        const slot = note.querySelector(`[data-slot=${name}]`)
        if (slot) { slot.textContent = text; slot.hidden = !text }
      }
      place.replaceChildren(note)
      left = STAYS
    },
    next() {
      left -= 1
      if (left === 0) place.replaceChildren()
    },
  }
}
