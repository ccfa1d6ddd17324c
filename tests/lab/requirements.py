"""What CI holds the program under test to: the one place to raise the bar. Pure."""

# The least share of each sum that has to be right.
LEAST = {
    "stalls": 0.95,  # found, of those that a victim felt of the machine
    "on_time": 0.5,  # of those that were found; an emulated machine on a busy host is late itself
    "resource": 0.95,
    "pauses": 1.0,
    "sleeps": 1.0,
}
MOST = {
    "invented": 0,
    "confidently_wrong": 0,
    "innocents": 0,  # named as recorded
    "share_off": 0,
    "idle_reads": 0,  # of a disk that no program uses: it may sleep
    "idle_writes": 0,
    "not_felt": 0,  # steps that were to be felt: without them the laboratory shows nothing
}


def find_breaches(total):
    """@returns a sentence for each requirement that the sums do not meet."""
    result = []
    for key, least in LEAST.items():
        right = total[key].get("found", total[key].get("right"))
        if right < least * total[key]["of"]:
            result.append(f"{key}: {right} of {total[key]['of']}; at least {least:.0%} have to be")
    for key, most in MOST.items():
        if total[key] > most:
            result.append(f"{key}: {total[key]}; at most {most} may be")
    return result
