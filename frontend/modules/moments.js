// Moments by the reader's clock: pages say them in UTC, which stays to be read beside. `<time data-moment>`, `<input data-moment>`.
const locale = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang
const clock = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const MINUTE = 60_000

function say(time) {
  delete time.dataset.moment
  time.title = time.textContent
  time.textContent = clock.format(new Date(time.dateTime))
}

// What `datetime-local` takes and gives has no zone: the minutes between are added here, taken away there.
const shifted = (value, sign) => {
  const date = new Date(`${value}Z`)
  if (Number.isNaN(date.getTime())) return ''
  const local = sign > 0 ? date : new Date(value)
  return new Date(date.getTime() - sign * local.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16)
}

function ask(input) {
  const sent = Object.assign(document.createElement('input'), { type: 'hidden', name: input.name, value: input.value })
  const label = input.labels[0]?.querySelector('[data-local]')
  if (label) label.textContent = label.dataset.local
  delete input.dataset.moment
  input.removeAttribute('name')
  input.value = shifted(input.value, 1)
  input.after(sent)
  input.addEventListener('input', () => { sent.value = shifted(input.value, -1) })
}

export function startMoments(root) {
  for (const time of root.querySelectorAll('time[data-moment]')) say(time)
  for (const input of root.querySelectorAll('input[data-moment]')) ask(input)
}
