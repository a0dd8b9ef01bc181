/** What a label says instead of a value that the catalogue does not list: so nobody can make up time series. */
export const OTHER = 'other';
