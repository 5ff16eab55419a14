// What a volunteer can do: go on, skip, undo, flag, mark words, read the guidelines.
import { openDialog } from '../dialogs.js'
import { toast } from '../toasts.js'

const REMEMBERED = 20 // answers that can be taken back
const STOPPED_BY_FLAG = ['broken', 'wrong_language'] // what cannot be read is not asked about

// A random UUID; the browser's own function is missing where a page came over plain HTTP from another machine.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}

// What was done with the last creatives, and taking it back; what waits in the browser is simply not sent.
function startPast({ store, sending, session, deck, network, form }) {
  const past = [] // {item, key, step, values}
  const undo = form.querySelector('[data-act=undo]')
  const draw = () => { undo.disabled = !past.length }

  return {
    add(step, values) {
      past.push({ item: deck.current, key: store.add(step), step, values })
      if (past.length > REMEMBERED) deck.forget(past.shift().item)
      if (step.kind === 'answer') session.count(1)
      network.pending()
      draw()
    },
    takeBack() {
      const last = past.pop()
      if (!last) return
      const unsent = !sending.holds(last.key) && store.all().some(([key]) => key === last.key)
      if (unsent) store.remove([last.key])
      else if (last.step.kind === 'answer') store.add({ kind: 'undo', client_key: last.step.given.client_key })
      if (last.step.kind === 'answer') session.count(-1)
      deck.bringBack(last.item)
      network.pending()
      draw()
      return last.values
    },
    has: (key) => past.some((each) => each.step.given?.client_key === key),
  }
}

function startMarkingActs({ form, marking, words }) {
  function offered() {
    const button = form.querySelector('[data-offer]:not([hidden]) [data-mark-for]') ?? form.querySelector('.question:not([hidden]) > .marks-offer:not([data-offer]) [data-mark-for]')
    return button?.dataset.markFor
  }
  return (option = offered()) => {
    if (option === undefined) return toast(words.nothing_to_mark)
    if (!marking.begin(option)) toast(words.no_text)
  }
}

export function startActs(page) {
  const { form, words, questions, marking, session, stage, deck, sending, feedback, say, questionnaire } = page
  const past = startPast(page)

  function done(step, values) {
    past.add(step, values)
    feedback.next()
    stage.show()
    setTimeout(sending.flush) // first the next one is drawn
  }

  const acts = {
    heardOf: past.has,
    mark: startMarkingActs(page),
    help: () => openDialog(document.getElementById('label-help')),
    unveil: stage.unveil,
    next() {
      if (marking.active) return marking.end()
      if (stage.unveil()) return
      const values = stage.values()
      if (!questions.answered && !values.flag) return toast(words.needed)
      if (STOPPED_BY_FLAG.includes(values.flag) || !questions.answered) Object.assign(values, { answers: {}, highlights: [] })
      const given = { item_id: deck.current, client_key: newKey(), questionnaire_id: questionnaire, ...values, seconds: stage.seconds }
      done({ kind: 'answer', given }, values)
    },
    skip() {
      done({ kind: 'skip', item_id: deck.current }, stage.values())
    },
    undo() {
      const values = past.takeBack()
      if (!values) return
      stage.show(values)
      say(words.undone)
      setTimeout(sending.flush)
    },
    // After an answer: the next creative, or the questions that follow from it.
    answered(input) {
      if (input.closest('[data-question]') !== questions.main) return
      if (session.settings.onlyFirst || !questions.waiting().length) return acts.next()
      questions.activate(questions.waiting()[0])
      say(words.further.replace('{count}', questions.waiting().length))
    },
    flag(value) {
      form.querySelector(`[data-flag][value="${value}"]`).checked = true
      form.querySelector('[data-drawer=flag]').open = false
      if (STOPPED_BY_FLAG.includes(value)) acts.next()
      else if (value) say(words.flagged)
    },
    drawer(name) {
      const drawer = form.querySelector(`[data-drawer=${name}]`)
      drawer.open = !drawer.open
      if (drawer.open) (drawer.querySelector('textarea') ?? drawer.querySelector('input')).focus()
    },
  }
  return acts
}
