// Markdown with its marks in quiet ink; wikilinks and citations stand out. No parser for embedded HTML: it would triple the weight.
import { HighlightStyle, Language, defineLanguageFacet, languageDataProp, syntaxHighlighting } from '@codemirror/language'
import { Decoration, EditorView, MatchDecorator, ViewPlugin } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { GFM, parser } from '@lezer/markdown'

const data = defineLanguageFacet({ closeBrackets: { brackets: ['(', '[', '{', '`'] } })
const markdown = new Language(data, parser.configure([GFM, { props: [languageDataProp.add({ Document: data })] }]), [], 'markdown')

const STYLE = HighlightStyle.define([
  { tag: tags.heading, fontWeight: '700', color: 'var(--ink)' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: tags.link, color: 'var(--accent)' },
  { tag: tags.url, color: 'var(--ink-soft)' },
  { tag: tags.quote, color: 'var(--ink-soft)' },
  { tag: tags.monospace, background: 'var(--paper-sunken)' },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName], color: 'var(--ink-faint)' },
])

const THEME = EditorView.theme({
  '&': { color: 'var(--ink)', background: 'var(--paper-raised)', fontSize: 'var(--text-s)', maxHeight: '75vh', minHeight: '20rem', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: 'var(--s-3) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--s-4)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--mark)' },
  '.cm-wikilink, .cm-citation': { color: 'var(--accent)', fontWeight: '600' },
  '.cm-tooltip': { background: 'var(--paper-raised)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: 'var(--radius)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--sans)', fontSize: 'var(--text-s)', maxHeight: '18rem', maxWidth: 'min(36rem, 90vw)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: 'var(--s-2) var(--s-3)', lineHeight: '1.35', overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent)', color: 'var(--accent-ink)' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.8', marginLeft: 'var(--s-3)', fontSize: 'var(--text-xs)' },
  '.cm-panels': { background: 'var(--paper-sunken)', color: 'var(--ink)', fontFamily: 'var(--sans)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: 'var(--s-2) var(--s-8) var(--s-2) var(--s-3)' },
  '.cm-textfield': { background: 'var(--paper-raised)', color: 'var(--ink)', border: '1px solid var(--line-strong)' },
  '.cm-button': { background: 'var(--paper-raised)', color: 'var(--ink)', border: '1px solid var(--line-strong)' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink)', minWidth: '2rem', minHeight: '2rem' },
  '.cm-searchMatch': { background: 'var(--mark)' },
  '.cm-searchMatch-selected': { outline: '2px solid var(--accent)' },
})

function marked(regexp, name) {
  const matcher = new MatchDecorator({ regexp, decoration: Decoration.mark({ class: name }) })
  return ViewPlugin.define((view) => ({
    decorations: matcher.createDeco(view),
    update(update) { this.decorations = matcher.updateDeco(update, this.decorations) },
  }), { decorations: (plugin) => plugin.decorations })
}

export function markdownSupport() {
  return [
    markdown,
    syntaxHighlighting(STYLE),
    THEME,
    marked(/\[\[[^\]\n]+\]\]/g, 'cm-wikilink'),
    marked(/\[@[^\]\n]+\]/g, 'cm-citation'),
  ]
}
