// The labelling page. The next creatives are in the page already, so that an answer shows the next one at once; what was
// answered is kept first and sent behind. Begins at [data-labelling]; without script the page is a plain form.
import { toast } from '../toasts.js'
import { startActs } from './acts.js'
import { startDeck } from './deck.js'
import { startFeedback } from './feedback.js'
import { startKeyboard } from './keyboard.js'
import { startMarking } from './marking.js'
import { startNetwork } from './network.js'
import { startPointer } from './pointer.js'
import { startQuestions } from './questions.js'
import { startSending } from './sending.js'
import { startSession } from './session.js'
import { startStage } from './stage.js'
import { openStore } from './store.js'

function openOwnStore({ campaign, identity, former }) {
  const prefix = (whose) => `ads-step:${campaign}:${whose}:`
  const store = openStore(prefix(identity))
  store.adopt(former && prefix(former))
  return store
}

// The parts that know nothing of each other.
function partsOf(root, form) {
  const words = JSON.parse(root.dataset.words)
  const place = form.querySelector('[data-place]')
  const store = openOwnStore(root.dataset)
  const waitingItems = () => store.all().map(([, step]) => step.given?.item_id ?? step.item_id)
  const marking = startMarking({
    place,
    bar: form.querySelector('[data-marking]'),
    label: words.marking,
    countWords: (count) => (count === 1 ? words.marked_one : words.marked_many).replace('{count}', count),
    done: () => form.querySelector('[data-act=next]').focus({ preventScroll: true }),
  })
  return {
    root, form, place, words, store, waitingItems, marking,
    questionnaire: Number(root.dataset.questionnaire),
    deck: startDeck(root, place, waitingItems),
    questions: startQuestions(form, { marks: marking.marks }),
    session: startSession(root, words, { toast }),
    feedback: startFeedback(root),
    network: startNetwork(root, words),
    say: (text) => { root.querySelector('[data-say]').textContent = text },
  }
}

function listen({ root, form, acts, questions, session, marking, stage, words }) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    acts[event.submitter?.dataset.act ?? 'next']()
  })
  form.querySelector('[data-act=undo]').addEventListener('click', acts.undo)
  root.querySelector('[data-help]').addEventListener('click', (event) => {
    event.preventDefault()
    acts.help()
  })
  form.addEventListener('click', (event) => {
    const marker = event.target.closest('[data-mark-for]')
    if (marker) acts.mark(marker.dataset.markFor)
  })
  startPointer(form, { questions, acts })
  startKeyboard(form, { questions, acts, session, marking, veiled: () => stage.veiled, hint: () => toast(words.veiled) })
}

export function startLabelling() {
  const root = document.querySelector('[data-labelling]:not([data-started])')
  const form = root?.querySelector('[data-stage]')
  if (!form) return
  const page = partsOf(root, form)
  const { store, deck, network } = page
  page.stage = startStage(page)
  page.sending = startSending({
    address: root.dataset.sync,
    identity: root.dataset.identity,
    store,
    holding: () => [...deck.holding, ...page.waitingItems()].filter(Boolean),
    told: ({ outcomes, tasks, waiting, problem }) => {
      for (const { words, feedback, client_key: key } of outcomes) {
        if (words) toast(words)
        if (feedback && page.acts.heardOf(key)) page.feedback.show(feedback)
      }
      for (const { item_id: item, html } of tasks) deck.hold(item, html)
      if (!problem) page.stage.dry = !deck.holding.length
      network.show(waiting, problem, store.durable)
      if (!deck.current) page.stage.show()
    },
  })
  page.acts = startActs(page)
  listen(page)
  page.stage.show(undefined, { moved: false })
  if (store.all().length || deck.behind < Number(root.dataset.ahead) - 1) page.sending.flush()
  root.dataset.started = ''
}
