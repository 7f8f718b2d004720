import { personOf } from './people.ts';
import type { CallEntry } from './script.ts';

/** Long enough for 12 MB of sound: 16,000 bytes a second at 8 kHz and 16 bit. */
const LONG_CALL_SECONDS = 752;

/** The calls of the sample day. Short ones mostly: a trading floor says "done" and hangs up. */
export const CALLS: readonly CallEntry[] = [
  call('06:58', 'yiorgos', 'tomos', 'Call OK', 14),
  call('07:12', 'fergus', 'priya', 'Missed Call', 0),
  call('07:19', 'priya', 'fergus', 'Call OK', 21),
  call('07:41', 'etienne', 'mathieu', 'Call OK', 9),
  call('08:03', 'withheld', 'imogen', 'Missed Call', 0),
  call('08:04', 'withheld', 'imogen', 'Voice Mail', 11),
  call('08:26', 'kasia', 'agnieszka', 'Busy Call', 0),
  call('08:31', 'agnieszka', 'kasia', 'Call OK', 17),
  call('08:55', 'rosalind', 'callum', 'Rejected Call', 0),
  call('09:14', 'callum', 'rosalind', 'Call OK', LONG_CALL_SECONDS),
  call('09:40', 'greta', 'oskar', 'Call OK', 12),
  call('10:05', 'omar', 'layla', 'Call OK', 16),
  call('10:22', 'coffeeRepair', 'bethan', 'Missed Call', 0),
  call('10:48', 'yulan', 'weilin', 'Answered Externally', 0),
  call('11:07', 'sol', 'bethan', 'Call OK', 8),
  call('11:30', 'anjali', 'priya', 'Failed Call', 0),
  call('12:11', 'partner', 'nadia', 'Missed Call', 0),
  // Connected, and the recorder has nothing: counted apart from calls that nobody answered.
  { ...call('12:40', 'marged', 'tomos', 'Call OK', 184), isRecorded: false },
  call('13:02', 'withheld', 'dev', 'Blocked Call', 0),
  { ...call('13:30', 'imogen', 'callum', 'Call OK', 19), captures: ['imogen', 'callum'] },
  { ...call('14:05', 'sakura', 'junpei', 'Call OK', 25), isVideo: true },
  call('14:33', 'rosalind', 'reuben', 'Voice Mail', 9),
  {
    ...call('15:00', 'imogen', 'callum', 'Call OK', 34),
    to: ['callum', 'agnieszka', 'yiorgos'],
  },
  call('15:46', 'chartering', 'freightDesk', 'Call OK', 10),
  call('16:20', 'olena', 'agnieszka', '11', 0),
  call('16:52', 'oskar', 'greta', 'Call OK', 15),
  call('17:35', 'jiho', 'junpei', 'Missed Call', 0),
  call('18:24', 'priya', 'tomos', 'Rejected Call', 0),
  // Answered and ended within the same second.
  call('18:25', 'tomos', 'priya', 'Call OK', 0),
  call('19:21', 'yiorgos', 'tomos', 'Voice Mail', 13),
];

/** A call captured on the phone of its one side that is ours: the caller's if both are. */
function call(
  at: CallEntry['at'],
  from: CallEntry['from'],
  to: CallEntry['from'],
  status: CallEntry['status'],
  seconds: number,
): CallEntry {
  const captures = [personOf(from).standing === 'outside' ? to : from];
  return { at, from, to: [to], captures, status, seconds, isRecorded: seconds > 0 };
}
