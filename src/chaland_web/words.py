"""Codes of the base → the words people read, in their language. Unknown codes are shown as they are, never hidden."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CHANNEL = {
    "post": _("Post"),
    "phone": _("Telephone"),
    "mobile": _("Mobile"),
    "sms": _("SMS"),
    "email": _("E-mail"),
    "chat": _("Chat"),
    "shop": _("In the shop"),
    "web": _("On line"),
    "profiling": _("Profiling"),
}

REACH_REASON = {
    "ok": _("allowed"),
    "no_address": _("no address"),
    "bad_address": _("unusable address"),
    "no_number": _("no number"),
    "no_mobile": _("no mobile number"),
    "bad_number": _("unusable number"),
    "no_email": _("no e-mail"),
    "bad_email": _("unusable e-mail"),
    "no_consent": _("no consent"),
    "expired": _("consent out of date"),
    "objected": _("objection"),
    "suppressed": _("suppression list"),
    "returned": _("mail returned"),
    "deceased": _("deceased"),
    "minor": _("under 15"),
}

FLAG = {
    "suppression": _("Suppression list"),
    "returned_mail": _("Returned mail"),
    "bad_payer": _("Bad payer"),
    "deceased": _("Deceased"),
    "high_potential": _("High potential"),
    "enrichment": _("Enrichment"),
}

FLAG_REASON = {
    "access": _("address incomplete or out of reach"),
    "unknown": _("unknown at this address"),
    "moved": _("gone from this address"),
    "refused": _("letter refused"),
    "unclaimed": _("letter not collected"),
    "deceased": _("said to be deceased"),
    "permanent": _("no such mailbox"),
    "transient": _("passing fault of the server"),
    "full": _("mailbox full"),
    "blocked": _("blocked by the server, for a reason of the sender’s"),
    "content": _("refused for its content or its size"),
    "complaint": _("reported as spam"),
}

FLAG_EFFECT = {
    "returned": _("no longer written to"),
    "objected": _("counts as an objection"),
    "suppressed": _("channel closed"),
    "deceased": _("every channel closed"),
    "bad_payer": _("marked as a bad payer"),
    "high_potential": _("marked as of high potential"),
    "enrichment": _("adds, replaces nothing"),
    "to_check": _("perhaps somebody else: to check"),
    "no_change": _("changes nothing for now"),
}

CERTAINTY = {"certain": _("certain"), "likely": _("likely"), "doubtful": _("doubtful")}

ATTRIBUTE = {"occupation": _("Occupation"), "birth_date": _("Birth date"), "sex": _("Sex")}

FIELD = {
    "name": _("Name"),
    "organisation": _("Organisation"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "address": _("Address"),
    "phone": _("Telephone"),
    "mobile": _("Mobile"),
    "email": _("E-mail"),
    "card_number": _("Card"),
    "card_tier": _("Card tier"),
}
FIELD_ORDER = tuple(FIELD)

SEX = {"F": _("Woman"), "M": _("Man")}

RULE = {
    "verified": _("the only usable value, or the better graded"),
    "most_recent": _("the latest"),
    "most_frequent": _("the most frequent"),
    "most_complete": _("the most complete"),
    "external_list": _("found by an external list"),
}

COMPARISON = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "sex": _("Sex"),
    "birth_date": _("Birth date"),
    "address": _("Address"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "card": _("Card"),
    "organisation": _("Organisation"),
    "occupation": _("Occupation"),
    "birth_place": _("Birth place"),
}

EVENT_KIND = {
    "ticket": _("Purchases"),
    "return": _("Returns"),
    "contact": _("Contacts"),
    "case": _("Cases"),
    "survey": _("Surveys"),
    "project": _("Projects"),
    "web": _("Web"),
    "campaign": _("Campaigns"),
    "loyalty": _("Loyalty"),
    "consent": _("Consents"),
    "merge": _("Identity"),
}

CONTACT = {
    "phone_in": _("Incoming call"),
    "phone_out": _("Outgoing call"),
    "email_in": _("E-mail received"),
    "email_out": _("E-mail sent"),
    "post_in": _("Letter received"),
    "post_out": _("Letter sent"),
    "sms_in": _("SMS received"),
    "sms_out": _("SMS sent"),
    "chat_in": _("Chat"),
    "chat_out": _("Chat"),
    "shop_in": _("Contact in the shop"),
    "shop_out": _("Contact in the shop"),
}

MOVEMENT = {
    "earn": _("Points earned"),
    "redeem": _("Points spent"),
    "adjust": _("Points adjusted"),
    "expire": _("Points expired"),
    "open": _("Card opened"),
    "close": _("Card closed"),
}

CASE_STATUS = {"open": pgettext_lazy("case", "Open"), "closed": pgettext_lazy("case", "Closed")}

ALIAS_REASON = {"merged": _("merged"), "split": _("split"), "gone": _("gone")}

MERGE = {
    "merged": _("Joined with a former customer number"),
    "split": _("Set apart from a former customer number"),
    "gone": _("Former customer number withdrawn"),
    "same": _("A steward said: the same person"),
    "apart": _("A steward said: two persons"),
    "unsure": _("A steward could not tell"),
}

CAMPAIGN = {"targeted": _("Operation"), "redeemed": _("Coupon used")}

MATCHED_BY = {
    "key": _("customer number"),
    "email": _("e-mail"),
    "phone": _("telephone"),
    "name_address": _("name and address"),
    "name_birth_date": _("name and birth date"),
    "email_hash": _("e-mail, by its hash"),
    "phone_hash": _("telephone, by its hash"),
}

MATCH = {
    "phone": _("telephone"),
    "email": _("e-mail"),
    "card": _("card"),
    "id": _("customer number"),
    "order": _("ticket or order"),
    "project": _("project number"),
    "case": _("case number"),
    "name": _("name"),
    "town": _("town"),
    "street": _("street"),
    "before": _("before a correction"),
}

WEB_EVENT = {
    "Product Viewed": _("Product seen"),
    "Page Viewed": _("Page seen"),
    "page": _("Page seen"),
    "identify": _("Signed in"),
    "Order Completed": _("Order placed"),
    "Product Added": _("Put in the basket"),
    "Products Searched": _("Search"),
    "Product List Viewed": _("List seen"),
    "Cart Viewed": _("Basket seen"),
    "Checkout Started": _("Checkout started"),
    "Signed In": _("Signed in"),
}

CHECK = {
    "rows_read": _("rows read"),
    "rows_landed": _("rows landed"),
    "rows_conformed": _("rows kept"),
    "rows_people": _("rows naming a person"),
    "rejects_read": _("rows refused while reading"),
    "rejects_conform": _("rows refused for a value"),
    "people_versions": _("versions of records"),
    "records": _("records"),
    "customers": _("customers"),
    "households": _("households"),
    "tickets": _("tickets"),
    "ticket_lines": _("ticket lines"),
    "ticket_lines_in_tickets": _("ticket lines, by ticket"),
    "tickets_with_a_person": _("tickets with a customer"),
    "turnover_received": _("turnover received"),
    "turnover_in_lines": _("turnover, by line"),
    "turnover_in_tickets": _("turnover, by ticket"),
    "turnover_in_days": _("turnover, by day"),
    "turnover_of_customers": _("turnover of customers"),
    "facts": _("contacts, surveys, projects, web and card"),
    "list_lines_cleaned": _("lines of external lists, cleaned"),
    "list_lines_judged": _("lines of external lists, matched or not"),
    "facts_with_a_person": _("facts with a customer"),
}

SOURCE_KIND = {
    "people": _("people"),
    "flags": _("external list"),
    "tickets": _("tickets"),
    "products": _("products"),
    "shops": _("shops"),
    "communes": _("communes"),
    "loyalty": _("card movements"),
    "contacts": _("contacts"),
    "cases": _("cases"),
    "surveys": _("surveys"),
    "projects": _("projects"),
    "web_events": _("web events"),
    "operations": _("operations"),
    "operation_targets": _("targets"),
    "coupons": _("coupons"),
    "redemptions": _("coupons redeemed"),
}
