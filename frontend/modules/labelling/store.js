// Steps (answers, undos, skips) that wait to be sent. Each has a key of its own in the browser's storage, so that two tabs
// never overwrite each other's, and is written at once: closing the tab loses nothing. The prefix names campaign and person:
// nobody ever sends what another person answered.
export function openStore(prefix) {
  const memory = new Map() // where the browser keeps nothing for us: as long as the tab lives
  let last = 0

  function keeps() {
    try {
      return Boolean(localStorage)
    } catch {
      return false
    }
  }

  function kept() {
    return keeps() ? Object.keys(localStorage).filter((key) => key.startsWith(prefix)) : []
  }

  function nextKey() {
    const numbers = kept().map((key) => Number.parseInt(key.slice(prefix.length), 36))
    last = Math.max(Date.now(), last + 1, ...numbers.map((number) => number + 1))
    return prefix + last.toString(36).padStart(10, '0')
  }

  return {
    add(step) {
      const key = nextKey()
      try {
        localStorage.setItem(key, JSON.stringify(step))
      } catch {
        memory.set(key, step)
      }
      return key
    },
    all() {
      const stored = kept().map((key) => [key, JSON.parse(localStorage.getItem(key))]).filter(([, step]) => step)
      return [...stored, ...memory].sort(([one], [other]) => (one < other ? -1 : 1))
    },
    remove(keys) {
      for (const key of keys) if (!memory.delete(key)) localStorage.removeItem(key)
    },
    // What somebody answered before signing in is theirs, as the server sees it too. Remembered, since a page that was opened
    // before may still be answered.
    adopt(former) {
      if (!keeps()) return
      const book = `ads-former ${prefix}`
      const known = new Set(JSON.parse(localStorage.getItem(book) ?? '[]'))
      if (former && former !== prefix) localStorage.setItem(book, JSON.stringify([...known.add(former)]))
      for (const key of Object.keys(localStorage)) {
        const old = [...known].find((each) => key.startsWith(each))
        if (!old) continue
        localStorage.setItem(prefix + key.slice(old.length), localStorage.getItem(key))
        localStorage.removeItem(key)
      }
    },
    get durable() {
      return memory.size === 0
    },
  }
}
