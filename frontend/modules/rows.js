// Rows of tabs that are wider than the screen begin where the reader is, not at their left end.
const MARGIN = 24 // pixels of the tab before, so that it shows that there is one

export function startRows() {
  for (const here of document.querySelectorAll('.tabs [aria-current], .tool-nav [aria-current]')) {
    const row = here.closest('.tabs, .tool-nav')
    const [seen, wanted] = [row.getBoundingClientRect(), here.getBoundingClientRect()]
    if (wanted.right > seen.right) row.scrollLeft += wanted.left - seen.left - MARGIN
  }
}
