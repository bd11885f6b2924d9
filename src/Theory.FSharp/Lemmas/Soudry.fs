/// The paper that linear classification starts from, cited by place.
module ImplicitBias.Theory.Soudry

open ImplicitBias.Theory

/// Soudry, Hoffer, Nacson, Gunasekar, Srebro, The implicit bias of gradient descent on separable data (2017).
let paper (place: string) : Source =
    { Authors = "Soudry, Hoffer, Nacson, Gunasekar, Srebro"
      Year = 2017
      ArXiv = "1710.10345"
      Place = place }
