// What was begun to type, completed by the server: [[entries]], [@sources], ](media:files).
const KINDS = [
  { of: 'entries', before: /\[\[[^\]|\n]*$/, skip: 2, close: ']]' },
  { of: 'sources', before: /(?:\[|;\s?)@[\w:.-]*$/, skip: 0, close: ']' },
  { of: 'media', before: /\]\(media:[^)\n]*$/, skip: 8, close: ')' },
]

async function ask(address, of, typed, signal) {
  const url = new URL(address, location.href)
  url.searchParams.set('of', of)
  url.searchParams.set('q', typed)
  const answer = await fetch(url, { signal, headers: { Accept: 'application/json' } })
  return answer.ok ? (await answer.json()).items : []
}

function applying(value, close) {
  return (view, _completion, from, to) => {
    const after = view.state.sliceDoc(to, to + close.length)
    const end = after === close ? to + close.length : to
    const insert = value + close
    view.dispatch({ changes: { from, to: end, insert }, selection: { anchor: from + insert.length }, userEvent: 'input.complete' })
  }
}

export function completions(address) {
  if (!address) return []
  return KINDS.map(({ of, before, skip, close }) => async (context) => {
    const found = context.matchBefore(before)
    if (!found) return null
    const start = of === 'sources' ? found.from + found.text.indexOf('@') + 1 : found.from + skip
    const typed = context.state.sliceDoc(start, context.pos)
    if (of === 'entries' && !typed && !context.explicit) return null
    const stop = new AbortController()
    context.addEventListener('abort', () => stop.abort(), { onDocChange: true })
    const items = await ask(address, of, typed, stop.signal).catch(() => [])
    if (!items.length || context.aborted) return null
    const options = items.map((item, rank) => ({
      label: item.label,
      detail: item.detail,
      boost: -rank,
      apply: applying(of === 'media' ? encodeURIComponent(item.value) : item.value, close),
    }))
    return { from: start, options, filter: false }
  })
}
