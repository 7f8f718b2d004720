export { archiveBatch } from './archive-batch.ts';
export { archiveDay } from './archive-day.ts';
export { archiveItem } from './archive-item.ts';
export { rehearseDay } from './rehearse-day.ts';
export { settleCases } from './settle-cases.ts';
