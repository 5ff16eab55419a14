// Marking words of the ad's text: each word can be clicked, touched, or reached by the arrow keys. What is kept are positions
// in the text, counted in characters as the server counts them (code points, not UTF-16 units).
const WORD = /\S+/gu
const MOST = 50 // places (core/questionnaires/answering.py)

function wordsOf(text) {
  let at = 0
  let seen = 0
  return [...text.matchAll(WORD)].map((found) => {
    at += [...text.slice(seen, found.index)].length
    const start = at
    at += [...found[0]].length
    seen = found.index + found[0].length
    return { text: found[0], before: found.index, start, end: at }
  })
}

function drawn(text, words, label) {
  const group = document.createElement('span')
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', label)
  let at = 0
  for (const [number, word] of words.entries()) {
    group.append(text.slice(at, word.before))
    const span = document.createElement('span')
    span.className = 'word'
    span.textContent = word.text
    span.dataset.word = number
    span.setAttribute('role', 'checkbox')
    group.append(span)
    at = word.before + word.text.length
  }
  group.append(text.slice(at))
  return group
}

// Returns {begin, end, marks, show}; `done` is called when a marking ended.
export function startMarking({ place, bar, label, countWords, done }) {
  let marks = [] // {start, end, option}
  let on // {element, nodes, words, spans, marked, option, here}

  function paint() {
    on.spans.forEach((span, number) => {
      span.setAttribute('aria-checked', String(on.marked.has(number)))
      span.tabIndex = number === on.here ? 0 : -1
    })
  }

  function set(number, value) {
    if (value) on.marked.add(number)
    else on.marked.delete(number)
  }

  function move(to, extend) {
    const next = Math.min(on.words.length - 1, Math.max(0, to))
    if (extend) { set(on.here, true); set(next, true) }
    on.here = next
    paint()
    on.spans[next].focus()
  }

  function runs() {
    const found = []
    for (const number of [...on.marked].sort((one, other) => one - other)) {
      const word = on.words[number]
      const last = found.at(-1)
      if (last && last.number === number - 1) Object.assign(last, { end: word.end, number })
      else found.push({ start: word.start, end: word.end, option: on.option, number })
    }
    return found.slice(0, MOST).map(({ start, end, option }) => ({ start, end, option }))
  }

  // A selection by mouse or by touch counts as its words.
  function fromSelection() {
    const selection = document.getSelection()
    if (!on || selection.isCollapsed || !selection.rangeCount) return false
    const range = selection.getRangeAt(0)
    const inside = on.spans.map((span, number) => [span, number]).filter(([span]) => range.intersectsNode(span))
    for (const [, number] of inside) set(number, true)
    selection.removeAllRanges()
    paint()
    return inside.length > 0
  }

  function onKey(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key]
    if (by) move(on.here + by, event.shiftKey)
    else if (event.key === ' ') { set(on.here, !on.marked.has(on.here)); paint() }
    else if (event.key === 'Enter' || event.key === 'Escape') end()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function begin(option) {
    if (on) end()
    const element = place.querySelector('[data-ad-text]')
    if (!element) return false
    const text = element.textContent
    const words = wordsOf(text)
    const mine = marks.filter((mark) => mark.option === option)
    const marked = new Set(words.flatMap((word, number) => (mine.some((mark) => word.start < mark.end && mark.start < word.end) ? [number] : [])))
    on = { element, nodes: [...element.childNodes], words, marked, option, here: Math.min(...marked, words.length - 1) }
    if (!marked.size) on.here = 0
    const group = drawn(text, words, label)
    element.replaceChildren(group)
    on.spans = [...group.querySelectorAll('.word')]
    group.addEventListener('keydown', onKey)
    group.addEventListener('pointerup', ({ target }) => {
      if (fromSelection() || !target.dataset.word) return
      const number = Number(target.dataset.word)
      set(number, !on.marked.has(number))
      move(number)
    })
    bar.hidden = false
    paint()
    element.scrollIntoView({ block: 'nearest' })
    on.spans[on.here]?.focus({ preventScroll: true })
    return true
  }

  function end() {
    if (!on) return
    marks = [...marks.filter((mark) => mark.option !== on.option), ...runs()]
    on.element.replaceChildren(...on.nodes)
    const { option } = on
    on = undefined
    bar.hidden = true
    show()
    done(option)
  }

  function show() {
    for (const output of document.querySelectorAll('[data-marked]')) {
      const option = output.parentElement.querySelector('[data-mark-for]')?.dataset.markFor
      const count = marks.filter((mark) => mark.option === option).length
      output.textContent = count ? countWords(count) : ''
    }
  }

  bar.querySelector('[data-marking-done]').addEventListener('click', end)
  return {
    begin,
    end,
    get active() { return Boolean(on) },
    marks: () => marks,
    restore(before) { if (on) end(); marks = before; show() },
  }
}
