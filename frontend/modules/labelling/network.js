// Where the answers are: sent, or waiting; and what to do where the server does not take them now.
const CALM = 1200 // milliseconds before anything is said: most answers are sent by then
const SIGNED_OUT = 401
const TURNED_AWAY = new Set([401, 403, 404, 409, 429])

export function startNetwork(root, words) {
  const line = root.querySelector('[data-net]')
  const trouble = root.querySelector('[data-trouble]')
  let timer

  function say(waiting) {
    line.textContent = waiting ? (waiting === 1 ? words.waits_one : words.waits_many).replace('{count}', waiting) : words.saved
    line.toggleAttribute('data-waiting', waiting > 0)
    line.toggleAttribute('data-pending', false)
  }

  function tell(problem, waiting) {
    const shown = problem && TURNED_AWAY.has(problem.status)
    trouble.hidden = !shown
    if (!shown) return
    const kept = waiting ? ` ${(waiting === 1 ? words.kept_one : words.kept_many).replace('{count}', waiting)}` : ''
    trouble.querySelector('[data-trouble-words]').textContent = `${problem.words}${kept}`
    trouble.querySelector('[data-trouble-act]').hidden = problem.status !== SIGNED_OUT
  }

  return {
    // Something was answered just now; whether it was saved is not known yet.
    pending: () => line.toggleAttribute('data-pending', true),
    show(waiting, problem, durable) {
      clearTimeout(timer)
      if (!waiting || problem) say(waiting)
      else timer = setTimeout(() => say(waiting), CALM)
      if (waiting && !durable) line.textContent += ` ${words.not_durable}`
      tell(problem, waiting)
    },
  }
}
