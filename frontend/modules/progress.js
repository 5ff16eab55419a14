// A part with `data-poll` asks for itself again while its page is looked at; an answer without `data-poll` ends it.
import htmx from 'htmx.org'

const EVERY = 1500 // milliseconds

export function startProgress() {
  setInterval(() => {
    if (document.visibilityState !== 'visible') return
    for (const part of document.querySelectorAll('[data-poll]:not(.htmx-request)')) htmx.trigger(part, 'poll')
  }, EVERY)
}
