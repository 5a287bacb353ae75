/** Every entry that the common cases use, under the names by which they know them. */
export * as countersign from 'countersign';
export * as hellojohn from 'countersign/hellojohn';
export * as workers from 'countersign/workers';
