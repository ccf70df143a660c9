"""Cards in, rules out, and the judgement of what a check saw.

May enter: everything that knows what a card is. A card is data: loading one never runs code
of its pack. jsonschema, tomllib and the checks are imported where they are used, and this
module imports nothing, because a scan with the built-in cards needs half of the room only:

- `builtin`: the rules that kerasscan brings;  `load`: packs of cards, or all that is wrong
- `known_checks`: the checks that cards may name;  `selection`: which rules are asked
- `judge`: what a rule says of what a check saw;  `template`: how facts are made safe to show
- `examples`: the cards' own tests;  `page`: rules as Markdown;  `compile`: for maintainers
"""
