// A drop zone is a label around a real file input; this only shows what was chosen, and that a file may fall here.
function size(bytes) {
  const format = (value, unit) => new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
  return bytes < 1e6 ? format(bytes / 1e3, 'kilobyte') : format(bytes / 1e6, 'megabyte')
}

export function startFiles() {
  document.addEventListener('change', (event) => {
    const zone = event.target.closest('[data-drop]')
    if (!zone) return
    zone.querySelector('output').textContent = [...event.target.files].map((file) => `${file.name} (${size(file.size)})`).join(', ')
  })
  for (const [name, over] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
    document.addEventListener(name, (event) => event.target.closest?.('[data-drop]')?.classList.toggle('over', over))
  }
}
