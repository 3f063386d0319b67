import type { Preset, RedactRule } from './options.ts'

const names = (list: string): RedactRule[] =>
  list.split(' ').map((name): RedactRule => ({ target: ['value', 'header'], select: { name } }))

/** Sets of rules that one word turns on. They find what looks like it or is called so, and know no more than that. */
export const presets: Record<Preset, readonly RedactRule[]> = {
  /** Card data: numbers keep their last four digits (PCI DSS 3.4), codes, dates and track data go. */
  pci: [
    { select: { detect: 'card' }, do: { keepLast: 4 } },
    ...names(
      'pan cvv cvv2 cvc cvc2 csc *securitycode pin pinblock *cardnumber ccnumber *cardholder* *expiry* track1 track2',
    ),
  ],
  /** What tells who a person is. */
  gdpr: [
    { select: { detect: ['email', 'iban', 'jwt'] } },
    ...names(
      '*firstname *lastname *fullname *surname givenname familyname maidenname *email* *phone* *mobile* *address',
    ),
    ...names('street* zip zipcode postcode postalcode *birth* dob gender *passport* ssn *nationalid *taxid iban bic'),
    ...names('ip ipaddress latitude longitude geolocation cookie authorization'),
  ],
}
