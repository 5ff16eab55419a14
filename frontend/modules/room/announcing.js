// New messages for who cannot see them: one sentence every few seconds at most, however many come.
const EVERY = 3_000 // milliseconds
const LONGEST = 140 // characters

export function startAnnouncing(root, words) {
  const place = root.querySelector('[data-announce]')
  let waiting = []
  let timer

  function tell() {
    timer = undefined
    if (!waiting.length) return
    const names = [...new Set(waiting.map(({ who }) => who))]
    const one = waiting.at(-1)
    const text = waiting.length === 1
      ? words.said.replace('{who}', one.who).replace('{text}', one.text.slice(0, LONGEST))
      : words.said_many.replace('{count}', waiting.length).replace('{who}', names.slice(0, 3).join(', '))
    waiting = []
    const line = document.createElement('p')
    line.textContent = text
    place.replaceChildren(line)
    timer = setTimeout(tell, EVERY)
  }

  return {
    // What was removed must not stand here either.
    forget() { waiting = []; place.replaceChildren() },
    message(who, text) {
      waiting.push({ who, text })
      timer ??= setTimeout(tell, 300)
    },
    now(text) {
      const line = document.createElement('p')
      line.textContent = text
      place.replaceChildren(line)
    },
  }
}
