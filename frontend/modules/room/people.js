// Who is in the room: names, initials, who is here now, who is writing.
const WRITES = 4_000 // milliseconds that "is writing" stays without being told again

export function startPeople({ root, config, words }) {
  const known = new Map(config.members.map((one) => [one.id, one]))
  const writing = new Map() // person → when it ends
  const here = new Set()
  const place = root.querySelector('[data-typing]')

  function drawWriting() {
    const now = Date.now()
    for (const [person, end] of writing) if (end < now) writing.delete(person)
    const names = [...writing.keys()].map((id) => known.get(id)?.name).filter(Boolean)
    const text = !names.length ? '' : (names.length === 1 ? words.typing_one : words.typing_many).replace('{who}', names.slice(0, 3).join(', '))
    if (place.textContent !== text) place.textContent = text
  }

  function drawHere() {
    for (const row of document.querySelectorAll('[data-person]')) {
      const sign = row.querySelector('[data-here]')
      if (sign) sign.hidden = !here.has(row.dataset.person)
    }
  }

  setInterval(drawWriting, 1000)
  document.addEventListener('room:panel', drawHere)
  return {
    get: (id) => known.get(id),
    all: () => [...known.values()],
    joined({ person, name }) {
      const words = name.split(/\s+/).filter(Boolean)
      const initials = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => word?.[0] ?? '').join('').toUpperCase()
      known.set(person, { id: person, name, handle: name.trim().replace(/\s+/g, '.'), initials, note: '' })
    },
    left({ person }) { here.delete(person); drawHere() },
    ephemeral({ what, person, people, on }) {
      if (what === 'typing' && person !== config.me) {
        writing.set(person, Date.now() + WRITES)
        drawWriting()
      }
      if (what === 'presence') {
        if (people) { here.clear(); for (const one of people) here.add(one) }
        else if (person) here[on ? 'add' : 'delete'](person)
        drawHere()
      }
    },
    spoke(person) { if (writing.delete(person)) drawWriting() },
  }
}
