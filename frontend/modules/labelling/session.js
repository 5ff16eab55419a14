// A volunteer's session: the goal of today, and a word about a pause. What is chosen stays in this browser.
const SETTINGS = 'ads-session'
const PAUSE_AFTER = 25 * 60_000 // milliseconds at work without a longer break
const PAUSE_ANSWERS = 60
const BREAK = 5 * 60_000 // so long without an answer is a pause

function read() {
  try {
    return JSON.parse(localStorage.getItem(SETTINGS)) ?? {}
  } catch {
    return {}
  }
}

export function startSession(root, words, { toast }) {
  const settings = { goal: 20, onlyFirst: false, useKeys: true, ...read() }
  const bar = root.querySelector('[data-goal-bar]')
  let today = Number(root.dataset.today)
  let began = performance.now()
  let lastAt = began
  let answers = 0

  function keep() {
    try {
      localStorage.setItem(SETTINGS, JSON.stringify(settings))
    } catch {
      // for this page only, then
    }
  }

  function draw() {
    const text = settings.goal ? words.goal : words.today
    root.querySelector('[data-goal-words]').textContent = text.replace('{count}', today).replace('{goal}', settings.goal)
    bar.hidden = !settings.goal
    bar.max = settings.goal || 1
    bar.value = Math.min(today, settings.goal)
  }

  function bind(selector, name, read_) {
    const field = document.querySelector(selector)
    if (field.type === 'checkbox') field.checked = settings[name]
    else field.value = String(settings[name])
    field.addEventListener('change', () => { settings[name] = read_(field); keep(); draw() })
  }

  function remindOfPause() {
    const now = performance.now()
    if (now - lastAt > BREAK) { began = now; answers = 0 }
    lastAt = now
    answers += 1
    if (now - began < PAUSE_AFTER && answers < PAUSE_ANSWERS) return
    began = now
    answers = 0
    toast(words.pause)
  }

  bind('[data-goal]', 'goal', (field) => Number(field.value))
  bind('[data-only-first]', 'onlyFirst', (field) => field.checked)
  bind('[data-use-keys]', 'useKeys', (field) => field.checked)
  draw()
  return {
    settings,
    get today() { return today },
    count(by) {
      today = Math.max(0, today + by)
      draw()
      if (by > 0) remindOfPause()
      if (by > 0 && settings.goal && today === settings.goal) toast(words.reached.replace('{goal}', today))
    },
  }
}
