export { archiveBatch } from './archive-batch.ts';
export { archiveDay } from './archive-day.ts';
export { archiveItem } from './archive-item.ts';
export { settleCases } from './settle-cases.ts';
