// Suggestions while one writes: people and groups after @, emoji after :, commands after / at the beginning.
import { EMOJI } from './emoji.js'

const MOST = 8
const TOKEN = /(?:^|\s)([@:])([\p{L}\p{N}_.+'’-]*)$/u
const COMMAND = /^\/([\p{L}\p{N}_-]*)$/u
let count = 0

export function startCompleting({ field, config, people, words }) {
  const list = document.createElement('ul')
  list.className = 'suggestions'
  list.id = `suggestions-${(count += 1)}`
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', words.list_of)
  list.hidden = true
  field.closest('form').prepend(list)
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', list.id)
  let options = []
  let here = 0
  let from = 0

  function found(kind, typed) {
    const text = typed.toLowerCase()
    if (kind === '/') return config.commands.filter(([word]) => word.startsWith(text)).map(([word, help]) => ({ put: `/${word} `, show: `/${word}`, hint: help }))
    if (kind === ':') return typed.length < 2 ? [] : EMOJI.filter(({ names }) => names.some((name) => name.startsWith(text))).map(({ sign, names }) => ({ put: `${sign} `, show: `${sign} ${names[0]}` }))
    const groups = config.groups.filter((name) => name.startsWith(text)).map((name) => ({ put: `@${name} `, show: `@${name}`, hint: name === 'here' ? words.everybody : words.role }))
    const named = people.all().filter(({ id, name, handle }) => id !== config.me && (handle.toLowerCase().startsWith(text) || name.toLowerCase().split(/\s+/).some((word) => word.startsWith(text))))
    return [...named.map(({ name, handle, note }) => ({ put: `@${handle} `, show: name, hint: note })), ...(text || !named.length ? groups : groups.slice(0, 1))]
  }

  function draw() {
    list.replaceChildren(...options.map((option, number) => {
      const item = document.createElement('li')
      item.id = `${list.id}-${number}`
      item.setAttribute('role', 'option')
      item.setAttribute('aria-selected', String(number === here))
      item.append(option.show)
      if (option.hint) {
        const hint = document.createElement('span')
        hint.className = 'hint'
        hint.textContent = option.hint
        item.append(hint)
      }
      return item
    }))
    list.hidden = !options.length
    field.toggleAttribute('aria-expanded', false)
    if (options.length) {
      field.setAttribute('aria-activedescendant', `${list.id}-${here}`)
      list.children[here].scrollIntoView({ block: 'nearest' })
    } else field.removeAttribute('aria-activedescendant')
  }

  function look() {
    const before = field.value.slice(0, field.selectionStart)
    const command = COMMAND.exec(before)
    const token = command ? ['', '/', command[1]] : TOKEN.exec(before)
    options = token ? found(token[1], token[2]).slice(0, MOST) : []
    if (options.length === 1 && token && options[0].put.trim().toLowerCase() === `${token[1]}${token[2]}`.toLowerCase()) options = [] // written out already
    from = token ? before.length - token[2].length - 1 : 0
    here = 0
    draw()
  }

  function take(option) {
    const end = field.selectionStart
    field.setRangeText(option.put, from, end, 'end')
    options = []
    draw()
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.focus()
  }

  field.addEventListener('input', look)
  field.addEventListener('blur', () => setTimeout(() => { options = []; draw() }, 150))
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault()
    const item = event.target.closest('li')
    if (item) take(options[[...list.children].indexOf(item)])
  })
  return {
    get open() { return options.length > 0 },
    // Says whether it took the key for itself.
    key(event) {
      if (!options.length) return false
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step) here = (here + step + options.length) % options.length
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') { take(options[here]); return true }
      else if (event.key === 'Escape') options = []
      else return false
      draw()
      return true
    },
  }
}
