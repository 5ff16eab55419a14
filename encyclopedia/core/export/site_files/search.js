// Search by title and lead, without accents or case. Without script, the lists by kind and phase remain.
'use strict';
const box = document.getElementById('search');
const input = document.getElementById('q');
const list = document.getElementById('found');
const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const folded = window.ENTRIES.map(([title, lead]) => [fold(title), fold(lead)]);
const MOST = 30;

function show() {
  const words = fold(input.value).split(/\s+/).filter(Boolean);
  const found = words.length ? window.ENTRIES.map((entry, at) => [score(folded[at], words), entry]) : [];
  const best = found.filter(([points]) => points > 0).sort((a, b) => b[0] - a[0]).slice(0, MOST);
  list.replaceChildren(...best.map(([, [title, lead, file]]) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = file;
    link.textContent = title;
    item.append(link, lead ? ` — ${lead}` : '');
    return item;
  }));
  list.hidden = !best.length;
}

function score([title, lead], words) {
  if (!words.every((word) => title.includes(word) || lead.includes(word))) return 0;
  return words.reduce((sum, word) => sum + (title.startsWith(word) ? 4 : title.includes(word) ? 2 : 1), 0);
}

box.hidden = false;
input.addEventListener('input', show);
