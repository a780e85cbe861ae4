"""A byte-level BPE tokenizer with CLIP's conventions: lower case, `</w>` at the end of words, padded with the end token."""
import json
import os
import re
from collections import Counter

TOKEN_COUNT_MAX = 32  # tokens per prompt, start and end included
START, END = '<|startoftext|>', '<|endoftext|>'
NO_MERGE = 1 << 30

# CLIP's pattern in the standard library's dialect: letters | single digits | runs of other non-space characters.
WORDS = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+", re.I)


def byte_alphabet():
    """A printable character for each of the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in alphabet:
            alphabet[byte] = chr(256 + len(alphabet) - len(printable))
    return {byte: alphabet[byte] for byte in [*printable, *(b for b in range(256) if b not in printable)]}


ALPHABET = byte_alphabet()


def split_words(text):
    """Words of a prompt, each as characters of the byte alphabet."""
    words = WORDS.findall(re.sub(r'\s+', ' ', text).strip().lower())
    return [''.join(ALPHABET[byte] for byte in word.encode()) for word in words]


def merge(symbols, pair):
    """Replaces every occurrence of the pair by its concatenation."""
    merged, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i:i + 2]) == pair:
            merged.append(pair[0] + pair[1])
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return merged


def train(corpus, merge_count):
    """Sennrich et al. 2016: merge the most frequent pair, again and again.

    Returns the vocabulary (token -> id) and the merges in order.
    """
    counts = Counter(word for text in corpus for word in split_words(text))
    symbols = {word: [*word[:-1], word[-1] + '</w>'] for word in counts}
    merges = []
    for _ in range(merge_count):
        pairs = Counter()
        for word, parts in symbols.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word, parts in symbols.items():
            if best[0] in parts:
                symbols[word] = merge(parts, best)
    letters = list(ALPHABET.values())
    tokens = dict.fromkeys([*letters, *(letter + '</w>' for letter in letters), *map(''.join, merges)])
    return {token: i for i, token in enumerate([*tokens, START, END])}, merges


def save(folder, vocabulary, merges):
    """Writes the four files that transformers' CLIPTokenizer reads."""
    def token(content):
        return {'content': content, 'lstrip': False, 'normalized': True, 'rstrip': False, 'single_word': False}

    def added(content):
        return {'__type': 'AddedToken', **token(content)}

    os.makedirs(folder, exist_ok=True)
    with open(f'{folder}/vocab.json', 'w') as file:
        json.dump(vocabulary, file, ensure_ascii=False)
    with open(f'{folder}/merges.txt', 'w') as file:
        file.write('\n'.join(['#version: 0.2', *(' '.join(pair) for pair in merges)]) + '\n')
    with open(f'{folder}/special_tokens_map.json', 'w') as file:
        json.dump({'bos_token': token(START), 'eos_token': token(END), 'pad_token': END, 'unk_token': token(END)}, file, indent=2)
    settings = {
        'add_prefix_space': False, 'bos_token': added(START), 'eos_token': added(END), 'unk_token': added(END), 'pad_token': END,
        'do_lower_case': True, 'errors': 'replace', 'model_max_length': TOKEN_COUNT_MAX, 'tokenizer_class': 'CLIPTokenizer',
    }
    with open(f'{folder}/tokenizer_config.json', 'w') as file:
        json.dump(settings, file, indent=2)


class Tokenizer:
    """Turns prompts into ids; reads what `save` wrote."""

    def __init__(self, folder):
        with open(f'{folder}/vocab.json') as file:
            self.vocabulary = json.load(file)
        with open(f'{folder}/merges.txt') as file:
            lines = file.read().split('\n')[1:]
        self.ranks = {tuple(line.split(' ')): rank for rank, line in enumerate(lines) if line}
        self.start, self.end = self.vocabulary[START], self.vocabulary[END]
        self.cache = {}

    def encode_word(self, word):
        if word not in self.cache:
            parts = [*word[:-1], word[-1] + '</w>']
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, NO_MERGE))
                if best not in self.ranks:
                    break
                parts = merge(parts, best)
            self.cache[word] = [self.vocabulary[part] for part in parts]
        return self.cache[word]

    def encode(self, text, length=TOKEN_COUNT_MAX):
        """Exactly `length` ids: start, the prompt (cut if too long), end, padding."""
        ids = [i for word in split_words(text) for i in self.encode_word(word)][:length - 2]
        return [self.start, *ids] + [self.end] * (length - 1 - len(ids))
