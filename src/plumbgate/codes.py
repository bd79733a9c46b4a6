"""
Every code of a diagnostic, explained: what `plumbgate explain PG014` and the documentation say.

Codes are stable: one that is no longer raised is removed, and its number is not given again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake, a sentence each."""

    meaning: str
    """What it means."""
    why: str
    """Why it is refused, and not read as well as may be."""
    fix: str
    """How to put it right."""


CODES = {
    "PG001": Code(
        "The file is not YAML.",
        "Where its structure is broken, nobody can say what it was meant to ask for.",
        "Look at the caret: most often a quote, a bracket, a `: ` or the indentation is wrong.",
    ),
    "PG002": Code(
        "The file goes beyond what is read: its size, encoding or depth; an anchor or a tag.",
        "Such files can stall a reader, or say something else than a person sees in them.",
        "Save it as UTF-8, write every value out where it is used, and split a large file.",
    ),
    "PG003": Code(
        "A key stands twice in one mapping.",
        "Most readers keep the second in silence, while a reviewer may have read the first.",
        "Remove one of the two.",
    ),
    "PG004": Code(
        "A value means one thing to some YAML readers and another thing to others.",
        "`no` may be false or Norway, `8.10` may be a control or the number 8.1.",
        "Quote it if it is text; otherwise write it in the plain form that the hint shows.",
    ),
    "PG005": Code(
        "A hidden or broken character stands in the file.",
        "It can make two names look the same, or hide a part of a line from a reviewer.",
        "Delete it, or write the character that was meant.",
    ),
    "PG006": Code(
        "A file or folder that was named is not there.",
        "To go on without it would judge less than was asked for.",
        "Correct the path, on the command line or in the project file.",
    ),
    "PG007": Code(
        "An expression or a message is written so that YAML could change it.",
        "Folded or unquoted text loses line breaks or ends early, and then says something else.",
        "Write it below `|`, or put double quotes around it.",
    ),
    "PG010": Code(
        "A key that must be there is missing.",
        "A default would decide in silence what the author has to decide.",
        "Add the key; the hint shows an example.",
    ),
    "PG011": Code(
        "A key is there that is not known here.",
        "A misspelt key would do nothing, and nobody would notice that a setting is gone.",
        "Take the spelling from the hint or from the list of allowed keys, or remove the key.",
    ),
    "PG012": Code(
        "A value is of another kind, size or extent than it must be.",
        "To turn it into something that fits would be a guess at what was meant.",
        "Write it as the hint shows: a quantity with its unit, a list, or a number within bounds.",
    ),
    "PG013": Code(
        "A value is none of those that can be chosen.",
        "A word that nobody knows would have no effect.",
        "Choose one of the values that the message lists.",
    ),
    "PG014": Code(
        "A name or a text does not have the form that it must have.",
        "Names are read by expressions, reports and other tools, which agree on one form.",
        "Follow the example: often lower-case letters, digits and `-` or `_`.",
    ),
    "PG015": Code(
        "Something is empty that must not be.",
        "With nothing to judge nothing can fail, and an empty gate would look like a passed one.",
        "Fill it in, or name the file or folder that was meant.",
    ),
    "PG016": Code(
        "A file is here that has no meaning here.",
        "It may be a policy or a snapshot under a wrong name, which would never be judged.",
        "Rename it as the hint says, or move it to another folder.",
    ),
    "PG017": Code(
        "Two things have the same name, or the same thing is said twice.",
        "A verdict, a waiver or a profile could not say which of the two it speaks of.",
        "Rename one, or remove it.",
    ),
    "PG018": Code(
        "A rule, a threshold or a table has none or several of what it must have exactly one of.",
        "With two limits or conditions the reader would have to guess which one counts.",
        "Keep one, and make a second rule of the other; end a table with `otherwise: true`.",
    ),
    "PG020": Code(
        "An expression is not CEL, the language in which rules are written.",
        "A rule that cannot be read cannot be judged.",
        "Correct it at the caret: `&&` for and, `||` for or, `==` to compare, `//` to comment.",
    ),
    "PG021": Code(
        "A name is not known: of a metric, a parameter, a variable, a policy or a rule.",
        "What does not exist can never be measured or judged, so the mistake would go unnoticed.",
        "Take the spelling from the hint; `plumbgate metrics list` shows every metric.",
    ),
    "PG022": Code(
        "An expression gives another type of value than it must.",
        "A rule has to be true or false, and a text cannot be compared with a number.",
        "Compare like with like, such as `metrics.<family>.<name> <= params.<name>`.",
    ),
    "PG023": Code(
        "Two units do not fit each other.",
        "Days held against a share give an answer that means nothing.",
        "Write both in one unit, such as `15 d` for a time and `90 %` for a share.",
    ),
    "PG024": Code(
        "An expression is too large to be judged in time.",
        "One rule could hold up the judgement of all the others.",
        "Move parts of it into `variables`, or make several rules of it.",
    ),
    "PG025": Code(
        "An expression uses something of CEL that policies do not admit.",
        "It could hide a missing measurement, never end, or have a second meaning.",
        "Write what the hint offers in its place.",
    ),
    "PG026": Code(
        "A rule reads no metric.",
        "It would say the same of every programme, whatever was measured.",
        "Read `metrics.<family>.<name>` in it; who a rule is for stands in `applies_when`.",
    ),
    "PG027": Code(
        "A limit rewards what is worse.",
        "With `at_most` on a metric that is better high, a programme would pass by decline.",
        "Turn it round: `at_least` or `above` for better high, `at_most` or `below` for low.",
    ),
    "PG028": Code(
        "A limit is met by every value, or by none.",
        "The rule would say nothing about the programme, and yet count as a check.",
        "Choose a limit that some programmes meet and others do not.",
    ),
    "PG029": Code(
        "A rule passes where nothing is measured.",
        "A programme could then pass by not measuring.",
        "Let it depend on `metrics.<family>.<name>`; put a time of grace into `applies_when`.",
    ),
    "PG030": Code(
        "A framework or a control is not known, or was withdrawn.",
        "An auditor could not find the requirement that the policy claims to speak for.",
        "Take the id from the current version of the framework; the hint names the nearest.",
    ),
    "PG031": Code(
        "A text is compared with one that it can never be.",
        "The comparison always gives the same answer, most often because of a misspelling.",
        "Compare it with one of the words that the message lists.",
    ),
    "PG032": Code(
        "A snapshot holds something that cannot be judged.",
        "A broken value could be taken for a good one.",
        "Measure again; where something was not measured, say so by its state, with value null.",
    ),
    "PG033": Code(
        "Parts of a snapshot contradict each other.",
        "One of them is wrong, and nobody can tell which.",
        "Measure again; do not edit a snapshot by hand.",
    ),
    "PG034": Code(
        "A row of a decision table is never reached.",
        "A row above takes every case, so the reviewed row has no effect.",
        "Move it up, narrow the row above, or remove it.",
    ),
    "PG035": Code(
        "Nothing reads a parameter or a variable.",
        "Whoever changes it believes that a rule follows, and none does.",
        "Read it in a rule, or remove it.",
    ),
    "PG036": Code(
        "A word stands in for what was not measured where it must not.",
        "Only the rows of a decision table can tell such a word from a measured one.",
        "Make a `decide` table of the rule, or take `if_unmeasured` away; its word is a text.",
    ),
    "PG037": Code(
        "What a parameter says of itself contradicts how it is used.",
        "A profile that loosens a limit would be taken for one that tightens it.",
        "Remove `looser` where a threshold reads the parameter, which implies it.",
    ),
    "PG040": Code(
        "A waiver would not stand up to an auditor.",
        "An exception needs a second person, and an end that is near enough to be reviewed.",
        "Have somebody else approve it, and let it end within 365 days of its approval.",
    ),
    "PG041": Code(
        "The lineage of a waiver's renewals is broken.",
        "It would not show for how long the same FAIL has been accepted.",
        "Keep the renewed waiver in the file, and renew only one of the same rule and tenant.",
    ),
    "PG042": Code(
        "A waiver is for a rule or a verdict that there is not.",
        "It would cover nothing, while its owner believes that the FAIL is accepted.",
        "Name the rule as `<policy>.<rule>`, and for a table the verdicts that fail.",
    ),
    "PG043": Code(
        "A profile is for none of the scopes.",
        "What it sets would be in force nowhere, most often because of a misspelling.",
        "Correct its `for`, or remove the profile.",
    ),
    "PG044": Code(
        "Two profiles set one parameter differently for the same scope.",
        "Which of the two holds would depend on their order.",
        "Let one of them be for other scopes, or set the parameter in one alone.",
    ),
    "PG045": Code(
        "A catalog contradicts itself.",
        "Of two controls with one id nobody can say which of them a policy speaks for.",
        "Take ids, successors and spellings from the publisher's own list.",
    ),
    "PG046": Code(
        "A rule passes where everything is as bad as it can be.",
        "A comparison the wrong way round, or one that always holds, would reward the worst.",
        "Turn the comparison round, or let the row that is left over not pass.",
    ),
    "PG060": Code(
        "The folder holds no records.",
        "Without records nothing is measured, and an empty snapshot would look like a calm year.",
        "Name the folder that holds the exported files.",
    ),
    "PG061": Code(
        "A file of records is named after no table, or is in no format that is read.",
        "Left out in silence, its records would be missing from every figure.",
        "Name it after its table, such as `grants.csv` or `grants-2025.parquet`.",
    ),
    "PG062": Code(
        "A file of records cannot be opened safely.",
        "It is unreadable, has a broken name, or is a link that leads out of the folder.",
        "Put the file itself into the folder, with a plain name and leave to read it.",
    ),
    "PG063": Code(
        "A file of records cannot be divided into rows.",
        "Records that run into each other would be counted wrongly.",
        "Export it as UTF-8, with a header and each record on its own line.",
    ),
    "PG064": Code(
        "A file of records has a column that its table has not.",
        "A misspelt column would read as one that was never filled in.",
        "Correct the column's name, or leave the column out.",
    ),
    "PG065": Code(
        "A file of records has a column twice.",
        "The two may differ, and only one could be counted.",
        "Keep one of them.",
    ),
    "PG066": Code(
        "A file of records lacks a column that each row needs.",
        "No row could be accepted without it.",
        "Export the column too.",
    ),
    "PG067": Code(
        "A Parquet file of records cannot be read.",
        "It is damaged, or a column holds lists or bytes, which no table of records has.",
        "Write it again, with text, numbers, booleans or timestamps in its columns.",
    ),
}
"""By its code, in order."""
