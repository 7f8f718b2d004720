const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** `2026-06-23 09:15:42 UTC` of an ISO 8601 time in UTC seconds. */
export function utcTime(at: string): string {
  return `${at.slice(0, -1).replace('T', ' ')} UTC`;
}

/** `2026-06-23 10:15:42 BST`: the same instant in the United Kingdom, on a machine of any zone. */
export function londonTime(at: string): string {
  const parts = LONDON.formatToParts(Date.parse(at));
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((part) => part.type === type)?.value ?? '';
  const date = `${of('year')}-${of('month')}-${of('day')}`;
  return `${date} ${of('hour')}:${of('minute')}:${of('second')} ${of('timeZoneName')}`;
}

/** `HH:MM:SS`, the vendor's form; a call of a hundred hours has three digits. */
export function clockDuration(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const whole = Math.max(0, Math.round(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(two).join(':');
}
