namespace ImplicitBias.Theory

/// Where a statement comes from.
type Source =
    {
        Authors: string
        Year: int
        /// arXiv identifier, as in 1710.10345.
        ArXiv: string
        /// Where in the paper; "derived here" says what was not found stated there.
        Place: string
    }
