// A click or a touch on an answer of the main question goes on at once, as its key does. Arrow keys in a group of answers, and
// what screen readers do, only choose: the next creative comes when it is asked for.
export function startPointer(form, { questions, acts }) {
  let pressed // the answer under the pointer, and whether it was chosen before

  form.addEventListener('pointerdown', ({ target }) => {
    const input = target.closest('.answer')?.querySelector('input')
    pressed = input && { input, was: input.checked }
  })

  form.addEventListener('click', (event) => {
    if (event.target !== pressed?.input) return // a click on a label is followed by one on its field
    const { input, was } = pressed
    pressed = undefined
    if (input.dataset.flag) return acts.flag(input.value)
    if (input.type === 'radio' && was) { // chosen again: taken back
      input.checked = false
      questions.refresh()
      return
    }
    questions.refresh()
    if (input.checked && acts.unveil()) { input.checked = false; return questions.refresh() }
    acts.answered(input)
  })
}
