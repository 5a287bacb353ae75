//! The requests that are under way in a worker, by their numbers.

/// How many rows there are. The proxy counts its requests, so that their numbers spread evenly.
const ROWS: u32 = 256;

/// Requests by the numbers that the proxy gave them.
#[derive(Debug)]
pub struct Streams<T> {
    /// Each has its place in the row of its number's remainder. No row until the first request.
    rows: Vec<Vec<(u32, T)>>,
}

impl<T> Streams<T> {
    /// None yet.
    pub const fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// Adds a request, in place of any that had its number.
    pub fn insert(&mut self, number: u32, stream: T) {
        if self.rows.is_empty() {
            self.rows.resize_with(ROWS as usize, Vec::new);
        }
        drop(self.remove(number));
        if let Some(row) = self.rows.get_mut((number % ROWS) as usize) {
            row.push((number, stream));
        }
    }

    /// The request of a number.
    pub fn find(&mut self, number: u32) -> Option<&mut T> {
        let mut row = self.rows.get_mut((number % ROWS) as usize)?.iter_mut();
        let found = row.find(|(own, _)| *own == number);
        found.map(|(_, stream)| stream)
    }

    /// Takes a request out.
    pub fn remove(&mut self, number: u32) -> Option<T> {
        let row = self.rows.get_mut((number % ROWS) as usize)?;
        let place = row.iter().position(|(own, _)| *own == number)?;
        Some(row.swap_remove(place).1)
    }
}

impl<T> Default for Streams<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_own_request_until_that_ends() {
        let mut streams = Streams::new();
        let numbers = [1, 2, ROWS + 1, 2 * ROWS + 1, u32::MAX];
        for number in numbers {
            streams.insert(number, number);
        }
        assert_eq!(streams.remove(1), Some(1));
        assert_eq!(streams.remove(1), None);
        assert_eq!(streams.find(1), None);
        for number in &numbers[1..] {
            assert_eq!(streams.find(*number), Some(&mut number.clone()));
        }
    }

    #[test]
    fn a_number_that_comes_again_is_the_new_request() {
        let mut streams = Streams::new();
        streams.insert(7, "old");
        streams.insert(7, "new");
        assert_eq!(streams.remove(7), Some("new"));
        assert_eq!(streams.remove(7), None);
    }

    #[test]
    fn where_none_was_there_is_none() {
        let mut streams = Streams::<()>::default();
        assert_eq!(streams.find(1), None);
        assert_eq!(streams.remove(1), None);
    }
}
