// The questions of the form: which are asked, what is answered, and which one the keys answer now.
// In the questionnaire's order: the main question, which stands beneath the ad with the buttons, is the first.
const fieldsets = (form) => [...form.querySelectorAll('.question-big, .question-row')].sort((one, other) => other.matches('.question-big') - one.matches('.question-big'))
const inputs = (fieldset) => [...fieldset.querySelectorAll('input')]
const chosen = (fieldset) => inputs(fieldset).filter((input) => input.checked)

// The same rule as the server's (core/questionnaires/answering.py): a question that is not asked opens no other.
function applicable(form) {
  const asked = new Map()
  for (const fieldset of fieldsets(form)) {
    const { question, when, anyOf } = fieldset.dataset
    const opened = !when || (asked.has(when) && chosen(asked.get(when)).some((input) => anyOf.split(' ').includes(input.value)))
    if (opened) asked.set(question, fieldset)
  }
  return asked
}

function spansOf(fieldset, marks) {
  const options = [...fieldset.querySelectorAll('[data-mark-for]')].map((button) => button.dataset.markFor)
  const spans = marks.filter((mark) => options.includes(mark.option))
  return spans.length ? spans : undefined
}

function valueOf(fieldset, marks) {
  const { kind } = fieldset.dataset
  const given = chosen(fieldset).map((input) => input.value)
  if (given.includes('cannot_tell')) return 'cannot_tell'
  if (kind === 'text') return fieldset.querySelector('textarea').value.trim() || undefined
  if (kind === 'span') return spansOf(fieldset, marks)
  if (kind === 'multiple') return given.length ? given.filter(Boolean) : undefined // only "none of these": an empty list
  return kind === 'scale' && given.length ? Number(given[0]) : given[0]
}

function stayAlone(input) {
  if (!input.checked || input.type !== 'checkbox') return
  for (const other of inputs(input.closest('[data-question]'))) {
    if (other !== input && ('alone' in input.dataset || 'alone' in other.dataset)) other.checked = false
  }
}

export function startQuestions(form, { marks }) {
  const further = form.querySelector('[data-further]')
  const main = form.querySelector('.question-big')
  let active = main

  function rows() {
    return [...applicable(form).values()].filter((fieldset) => fieldset !== main && !fieldset.closest('details:not([open])'))
  }

  function activate(fieldset) {
    active = fieldset
    for (const each of fieldsets(form)) each.toggleAttribute('data-active', each === fieldset)
    if (fieldset !== main) fieldset.scrollIntoView({ block: 'nearest' }) // `scroll-margin` keeps it clear of the bar
  }

  function refresh() {
    const asked = applicable(form)
    for (const fieldset of fieldsets(form)) {
      const on = asked.has(fieldset.dataset.question)
      fieldset.disabled = !on
      const fold = fieldset.closest('[data-fold]')
      if (fold) fold.hidden = !on
      else fieldset.hidden = !on
      for (const offer of fieldset.querySelectorAll('[data-offer]')) offer.hidden = !fieldset.querySelector(`[data-marks="${offer.dataset.offer}"]`)?.checked
    }
    const open = chosen(main).length > 0 && waiting().length > 0
    further.hidden = !open
    form.toggleAttribute('data-unfolded', open)
    form.querySelector('[data-jump]').hidden = !open
    if (!open && active !== main) activate(main)
  }

  // Questions that follow at once; folded ones wait until somebody opens them.
  function waiting() {
    return [...applicable(form).values()].filter((fieldset) => fieldset !== main && !fieldset.closest('[data-fold]'))
  }

  function step(by) {
    const all = [main, ...rows()]
    activate(all[Math.min(all.length - 1, Math.max(0, all.indexOf(active) + by))])
  }

  form.addEventListener('change', ({ target }) => {
    if (!target.closest('[data-question]')) return
    stayAlone(target)
    refresh()
  })
  form.addEventListener('toggle', ({ target }) => {
    if (target.matches?.('[data-fold][open]')) activate(target.querySelector('[data-question]'))
  }, true)

  return {
    main,
    refresh,
    activate,
    step,
    waiting,
    get active() { return active },
    get answered() { return chosen(main).length > 0 },
    // Gives the answer of a key to the active question; returns its field, or nothing where no answer has that key.
    press(key) {
      const input = inputs(active).find((each) => each.dataset.key === key)
      if (!input) return
      input.checked = input.type === 'checkbox' || active !== main ? !input.checked : true
      stayAlone(input)
      refresh()
      return input
    },
    read() {
      const answers = {}
      const spans = marks()
      for (const [key, fieldset] of applicable(form)) {
        const value = valueOf(fieldset, spans)
        if (value !== undefined) answers[key] = value
      }
      const marking = new Set([...form.querySelectorAll('[data-marks]:checked')].map((input) => input.dataset.marks))
      return { answers, highlights: spans.filter((span) => marking.has(span.option)) }
    },
    fill(answers) {
      for (const fieldset of fieldsets(form)) {
        const value = answers[fieldset.dataset.question]
        const listed = Array.isArray(value) ? (value.length ? value : ['']) : [String(value)]
        for (const input of inputs(fieldset)) input.checked = value !== undefined && listed.includes(input.value)
        const words = fieldset.querySelector('textarea')
        if (words) words.value = typeof value === 'string' && value !== 'cannot_tell' ? value : ''
      }
      for (const fold of form.querySelectorAll('[data-fold]')) fold.open = false
      activate(main)
      refresh()
    },
  }
}
