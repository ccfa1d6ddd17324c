"""What CI holds the program under test to: the one place to raise the bar. Pure."""

LEAST_STALLS_FOUND = 0.0    # of those that a victim of the machine felt
LEAST_PAUSES_FOUND = 1.0
LEAST_SLEEPS_FOUND = 1.0
MOST_INVENTED = 0
MOST_CONFIDENTLY_WRONG = 0


def find_breaches(total):
    """@returns a sentence for each requirement that the sums do not meet."""
    result = []
    for key, least in (("stalls", LEAST_STALLS_FOUND), ("pauses", LEAST_PAUSES_FOUND),
                       ("sleeps", LEAST_SLEEPS_FOUND)):
        found, of = total[key]["found"], total[key]["of"]
        if found < least * of:
            result.append(f"{found} of {of} {key} were found; at least {least:.0%} have to be")
    for key, most in (("invented", MOST_INVENTED), ("confidently_wrong", MOST_CONFIDENTLY_WRONG)):
        if total[key] > most:
            result.append(f"{total[key]} {key.replace('_', ' ')}; at most {most} may be")
    return result
