// Which of the known words are like another: levels and columns that may be meant. Two words are as
// like as Python's `difflib` finds them: twice the characters of matching blocks by all characters.

const MOST_NAMED = 3;
const LIKENESS = 0.6;

const compared = (word) => firstOf(folded(firstOf(word, RULES.compared)), RULES.compared);

/** Known words, of which the nearest to another are found. */
class Words {
  constructor(words) {
    this.byFolded = new Map([...words].map((word) => [compared(word), word]));
    this.sorted = [...this.byFolded.keys()].sort(byCodePoint);
  }

  /** Return up to three words that are like one, best first; of many the nearest by alphabet. */
  nearest(word) {
    const wanted = compared(word);
    const most = RULES.compared_words;
    const place = this.sorted.findIndex((other) => byCodePoint(other, wanted) >= 0);
    const found = place < 0 ? this.sorted.length : place;
    const first = Math.max(0, Math.min(found, this.sorted.length - most / 2) - most / 2);
    const scored = this.sorted
      .slice(first, first + most)
      .map((other) => ({ other, score: likeness([...other], [...wanted]) }))
      .filter(({ score }) => score >= LIKENESS);
    scored.sort((one, two) => two.score - one.score || byCodePoint(two.other, one.other));
    return scored.slice(0, MOST_NAMED).map(({ other }) => this.byFolded.get(other));
  }
}

/** Compare texts by their characters' numbers, as Python does, and not by halves of characters. */
function byCodePoint(one, other) {
  const [left, right] = [[...one], [...other]];
  for (let place = 0; place < left.length && place < right.length; place += 1) {
    const apart = left[place].codePointAt(0) - right[place].codePointAt(0);
    if (apart !== 0) return apart;
  }
  return left.length - right.length;
}

function likeness(one, other) {
  const length = one.length + other.length;
  return length === 0 ? 1 : (2 * matching(one, other, 0, one.length, 0, other.length)) / length;
}

/** Return how many characters two stretches share: the longest block, and what lies beside it. */
function matching(one, other, oneStart, oneEnd, otherStart, otherEnd) {
  const block = longestBlock(one, other, oneStart, oneEnd, otherStart, otherEnd);
  if (block.size === 0) return 0;
  const { left, right, size } = block;
  return (
    matching(one, other, oneStart, left, otherStart, right) +
    size +
    matching(one, other, left + size, oneEnd, right + size, otherEnd)
  );
}

function longestBlock(one, other, oneStart, oneEnd, otherStart, otherEnd) {
  let best = { left: oneStart, right: otherStart, size: 0 };
  let before = new Map();
  for (let left = oneStart; left < oneEnd; left += 1) {
    const lengths = new Map();
    for (let right = otherStart; right < otherEnd; right += 1) {
      if (one[left] !== other[right]) continue;
      const size = (before.get(right - 1) ?? 0) + 1;
      lengths.set(right, size);
      if (size > best.size) best = { left: left - size + 1, right: right - size + 1, size };
    }
    before = lengths;
  }
  return best;
}
