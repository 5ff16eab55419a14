// The toolbar (ARIA Authoring Practices, "Toolbar"): one stop of the Tab key, arrows walk inside, Home and End jump.
import { run } from './commands.js'

export function startToolbar(box, view, insert) {
  const bar = box.querySelector('[role=toolbar]')
  const buttons = [...bar.querySelectorAll('button')]
  const enter = (button) => {
    for (const each of buttons) each.tabIndex = each === button ? 0 : -1
  }
  enter(buttons[0])
  bar.addEventListener('keydown', (event) => {
    const here = buttons.indexOf(document.activeElement)
    const last = buttons.length - 1
    const to = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here <= 0 ? last : here - 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    enter(buttons[to])
    buttons[to].focus()
  })
  bar.addEventListener('focusin', ({ target }) => buttons.includes(target) && enter(target))
  bar.addEventListener('mousedown', (event) => event.preventDefault()) // the text keeps its selection
  bar.addEventListener('click', ({ target }) => {
    const button = target.closest('button[data-do]')
    if (button) run(button.dataset.do, view, box, () => insert.image())
  })
}
