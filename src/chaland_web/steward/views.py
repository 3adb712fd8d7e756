"""Doubtful pairs, one key a decision; decisions and their undoing; agreement between stewards."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chaland_web import access
from chaland_web.access import CustomerFile, customer_page
from chaland_web.customers.evidence import explain
from chaland_web.rights import Right, needs
from chaland_web.steward import judging
from chaland_web.steward.agreement import agreement as agreed
from chaland_web.steward.agreement import couples
from chaland_web.steward.judging import PairKey
from chaland_web.steward.models import Answer, Judgement
from chaland_web.steward.separable import separable
from chaland_web.steward.sides import rows

LATEST = 100


def _pair_of(request: HttpRequest) -> PairKey:
    """Return the pair that the form names.

    Raises:
        Http404: the base has no such two records.
    """
    given = request.POST if request.method == "POST" else request.GET
    one, other = sorted((given.get("l", ""), given.get("r", "")))
    if not one or one == other:
        raise Http404
    return one, other


def _show(request: HttpRequest, asked: judging.Next, *, settles: bool = False) -> HttpResponse:
    """Show a pair: the part of the page for a script, the whole page otherwise."""
    found = access.pair(request, *asked.pair) if asked.pair else None
    if asked.pair and found is None:
        raise Http404
    said = judging.words()
    context = {
        "pair": found,
        "question": asked.question,
        "left": asked.left,
        "settles": settles,
        "answers": said.by_pair.get(asked.pair, {}).values() if asked.pair and settles else [],
        "rows": rows(found) if found else [],
        "proofs": explain([found.link], [side.record for side in found.sides]) if found and found.link else [],
        "last": judging.last_word_of(request.user),
        "mine": sum(request.user.get_username() in told for told in said.by_pair.values()),
    }
    template = "steward/_pair.html" if request.htmx else "steward/queue.html"
    return render(request, template, context)


@require_safe
@needs(Right.DECIDE_PAIRS)
def queue(request: HttpRequest) -> HttpResponse:
    """Show the pair most worth an answer, or the one named by `l` and `r`, to be settled."""
    asked = judging.next_pair(request)
    if "l" in request.GET:
        return _show(request, judging.Next(_pair_of(request), None, False, asked.left), settles=True)
    return _show(request, asked)


@require_POST
@needs(Right.DECIDE_PAIRS)
def decide(request: HttpRequest) -> HttpResponse:
    """Keep the answer on a pair and go on to the next."""
    pair = _pair_of(request)
    if request.POST.get("answer") not in (Answer.SAME, Answer.APART, Answer.SKIP):
        return HttpResponseBadRequest()
    found = access.pair(request, *pair)
    if found is None:
        raise Http404
    weight = found.link.match_weight if found.link else None
    judging.judge(
        request.user, pair, Answer(request.POST["answer"]), weight, settles=request.POST.get("settles") == "1"
    )
    return _show(request, judging.next_pair(request)) if request.htmx else redirect("steward:queue")


@require_POST
@needs(Right.DECIDE_PAIRS)
def undo(request: HttpRequest) -> HttpResponse:
    """Take back one's last word, or the one named by `id`, and show its pair again."""
    number = request.POST.get("id", "")
    if number:
        word = Judgement.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    else:
        word = judging.last_word_of(request.user)
    if word is None:
        if number:
            raise Http404
        return _show(request, judging.next_pair(request)) if request.htmx else redirect("steward:queue")
    pair = (word.record_id_l, word.record_id_r)
    judging.take_back(request.user, word)
    if not request.htmx:
        messages.success(request, _("Taken back. The pair is as if nobody had decided."))
        return redirect("steward:decided")
    asked = judging.next_pair(request)
    question = next((one for one in access.questions(request) if (one.record_id_l, one.record_id_r) == pair), None)
    return _show(request, judging.Next(pair, question, False, asked.left))


@require_safe
@needs(Right.DECIDE_PAIRS)
def decided(request: HttpRequest) -> HttpResponse:
    """Show what was decided: what waits for the next build, what the base obeys, where stewards differ."""
    said = judging.words()
    waiting = judging.waiting(request)
    known = access.decided(request)
    latest = sorted(
        (word for told in said.by_pair.values() for word in told.values()), key=lambda word: word.id, reverse=True
    )[:LATEST]
    listed = [
        (word, waiting.get(pair), known.get(pair)) for word in latest if (pair := (word.record_id_l, word.record_id_r))
    ]
    context = {"listed": listed, "waiting": len(waiting), "disagreements": said.disagreements()}
    return render(request, "steward/decided.html", context)


@require_safe
@needs(Right.DECIDE_PAIRS)
def agreement(request: HttpRequest) -> HttpResponse:
    """Show how far stewards agree on the pairs that two of them judged."""
    said = judging.words(None)
    by_steward = said.by_steward()
    found = couples(by_steward)
    firsts = [sorted(told.values(), key=lambda word: word.id) for told in said.by_pair.values()]
    judged = [[word.answer for word in told if word.answer in judging.DECIDED] for told in firsts]
    whole = agreed([(told[0], told[1]) for told in judged if len(told) > 1])
    done = sorted(((name, len(told)) for name, told in by_steward.items()), key=lambda one: (-one[1], one[0]))
    context = {"couples": found, "whole": whole, "done": done, "disagreements": said.disagreements()}
    return render(request, "steward/agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.DECIDE_PAIRS)
@customer_page("separate")
def separate(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Take a customer apart: a steward's merge taken back, or one of the links that hold him cut."""
    told = separable(opened)
    if request.method != "POST":
        context = {"customer": opened.customer, "separable": told, "records": opened.records()}
        return render(request, "steward/separate.html", context)
    pair, reason = _pair_of(request), " ".join(request.POST.get("reason", "").split())[:200]
    if any((one.record_id_l, one.record_id_r) == pair for one in told.merges):
        judging.withdraw(request.user, pair, reason)
        messages.success(request, _("The merge is taken back: the next build gives each his own again."))
    elif any(cut.pair == pair for cut in told.cuts):
        judging.decide_apart(request.user, pair, reason)
        messages.success(request, _("Decided: the next build makes two customers of these records."))
    elif any((one.record_id_l, one.record_id_r) == pair and one.decision == "withdrawn" for one in told.waiting):
        messages.warning(request, _("Already taken back: it waits for the next build."))
    elif any((one.record_id_l, one.record_id_r) == pair for one in told.waiting):
        judging.withdraw(request.user, pair, reason)
        messages.success(request, _("Taken back. The pair is as if nobody had decided."))
    else:
        raise Http404
    return redirect("steward:separate", customer_id=opened.customer.customer_id)
