// The creatives in the page: the one that is shown, those that wait behind it, and those just answered, which can come back.
export function startDeck(root, place, waitingItems) {
  const cards = new Map() // item → its drawn creative
  let next = []
  let current

  function add(item, card) {
    if (cards.has(item)) return
    cards.set(item, card)
    next.push(item)
  }

  add(Number(place.firstElementChild.dataset.item), place.firstElementChild)
  for (const template of root.querySelectorAll('template[data-task]')) add(Number(template.dataset.task), template.content.firstElementChild)
  const waiting = new Set(waitingItems()) // answered in this browser, and not sent yet: not asked again
  next = next.filter((item) => !waiting.has(item))

  return {
    get current() { return current },
    get behind() { return next.length },
    get holding() { return [current, ...next].filter(Boolean) },
    hold(item, html) {
      if (waitingItems().includes(item)) return
      const template = document.createElement('template')
      template.innerHTML = html // our own server's, from the same templates as the page
      add(item, template.content.firstElementChild)
    },
    turn() {
      current = next.shift()
      return cards.get(current)
    },
    bringBack(item) {
      next.unshift(item, ...(current ? [current] : []))
    },
    forget: (item) => cards.delete(item),
  }
}
