// A CLIP-style byte-level BPE tokenizer, read from vocab.json and merges.txt.
import fs from 'node:fs';
import path from 'node:path';

const WORDS = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;
const isPrintable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;

/** A printable character for each byte. */
function byteAlphabet() {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : 256 + others++));
}

export class Tokenizer {
  constructor(folder) {
    const read = (file) => fs.readFileSync(path.join(folder, file), 'utf8');
    this.vocabulary = JSON.parse(read('vocab.json'));
    this.length = JSON.parse(read('tokenizer_config.json')).model_max_length;
    this.ranks = new Map(read('merges.txt').split('\n').slice(1).filter(Boolean).map((line, rank) => [line, rank]));
    this.alphabet = byteAlphabet();
  }

  /** Start, the prompt (cut if too long), end, padding. */
  encode(prompt) {
    const words = prompt.replace(/\s+/g, ' ').trim().toLowerCase().match(WORDS) ?? [];
    const tokens = words.flatMap((word) => this.#split([...Buffer.from(word)].map((byte) => this.alphabet[byte])));
    const end = this.vocabulary['<|endoftext|>'];
    const ids = [this.vocabulary['<|startoftext|>'], ...tokens.map((token) => this.vocabulary[token]).slice(0, this.length - 2), end];
    return [...ids, ...Array(this.length - ids.length).fill(end)];
  }

  /** Applies the best merge until none is left. */
  #split(letters) {
    let parts = [...letters.slice(0, -1), `${letters.at(-1)}</w>`];
    for (;;) {
      const pairs = parts.slice(1).map((part, i) => `${parts[i]} ${part}`);
      const best = pairs.reduce((found, pair) => ((this.ranks.get(pair) ?? Infinity) < (this.ranks.get(found) ?? Infinity) ? pair : found), '');
      if (!this.ranks.has(best)) return parts;
      const merged = [];
      for (let i = 0; i < parts.length; i++) {
        if (`${parts[i]} ${parts[i + 1]}` === best) merged.push(parts[i] + parts[++i]);
        else merged.push(parts[i]);
      }
      parts = merged;
    }
  }
}
