// Sends what waits in the store, in order, and again until it was taken; the server takes each step once, however often it comes.
const SHORTEST = 1000 // milliseconds before the first new try
const LONGEST = 60_000
const PATIENCE = 20_000 // one request
const MOST = 50 // steps in one request (schemas.volunteering.MOST_STEPS)

function problemOf(response, body) {
  const after = Number(response.headers.get('Retry-After')) * 1000
  return { status: response.status, words: body?.detail ?? '', after: after || undefined }
}

async function post(address, body, { keepalive = false } = {}) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
    keepalive,
    signal: AbortSignal.timeout(PATIENCE),
  })
  const answer = await response.json().catch(() => undefined)
  if (!response.ok || !answer) throw Object.assign(new Error(String(response.status)), { problem: problemOf(response, answer) })
  return answer
}

// `told` is called with what came of it: {outcomes, tasks, today, waiting, problem}. `holding` gives the items on the page.
export function startSending({ address, identity, store, holding, told }) {
  let busy = false
  let again = false
  let tries = 0
  let timer
  let most = MOST
  let flying = new Set() // keys of the steps that are on their way

  const body = (steps) => ({ identity, steps: steps.map(([, step]) => step), holding: holding() })

  function later(wait) {
    clearTimeout(timer)
    timer = setTimeout(flush, wait)
  }

  function failed(error, steps) {
    const problem = error.problem ?? { status: 0, words: '' }
    if ((problem.status === 422 || problem.status === 413) && steps.length > 1) {
      most = 1 // one of them is not an answer; the others shall not wait for it
      return later(0)
    }
    if ((problem.status === 422 || problem.status === 413) && steps.length === 1) {
      store.remove(steps.map(([key]) => key))
      told({ outcomes: [{ state: 'refused', words: problem.words }], tasks: [], waiting: store.all().length })
      return later(SHORTEST)
    }
    tries += 1
    const wait = problem.after ?? Math.min(LONGEST, SHORTEST * 2 ** (tries - 1)) * (0.75 + Math.random() / 2)
    if (problem.status !== 401) later(wait) // who signed out must come back first
    told({ outcomes: [], tasks: [], waiting: store.all().length, problem })
  }

  async function send() {
    const steps = store.all().slice(0, most)
    flying = new Set(steps.map(([key]) => key))
    try {
      const answer = await post(address, body(steps))
      store.remove(steps.map(([key]) => key))
      tries = 0
      const waiting = store.all().length
      if (!waiting) most = MOST
      told({ ...answer, waiting })
      if (waiting) again = true
    } catch (error) {
      failed(error, steps)
    }
    flying = new Set()
  }

  async function flush() {
    if (busy) return void (again = true)
    busy = true
    clearTimeout(timer)
    do {
      again = false
      await (navigator.locks?.request(`${address} ${identity}`, send) ?? send()) // one tab at a time: steps keep their order
    } while (again)
    busy = false
  }

  window.addEventListener('online', () => { tries = 0; flush() })
  window.addEventListener('pagehide', () => {
    const steps = store.all().slice(0, most)
    if (steps.length) post(address, body(steps), { keepalive: true }).catch(() => {}) // a last try; the store has them if it fails
  })
  return { flush, holds: (key) => flying.has(key) }
}
