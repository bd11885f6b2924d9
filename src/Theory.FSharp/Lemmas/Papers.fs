/// Papers that several theorems come from, cited by place; Soudry et al. have a file of their own.
module ImplicitBias.Theory.Papers

let private paper authors year arXiv (place: string) : Source =
    { Authors = authors; Year = year; ArXiv = arXiv; Place = place }

/// Gunasekar, Lee, Soudry, Srebro, Characterizing implicit bias in terms of optimization geometry (2018).
let optimizationGeometry: string -> Source =
    paper "Gunasekar, Lee, Soudry, Srebro" 2018 "1802.08246"

/// Gunasekar, Lee, Soudry, Srebro, Implicit bias of gradient descent on linear convolutional networks (2018).
let convolutionalNetworks: string -> Source =
    paper "Gunasekar, Lee, Soudry, Srebro" 2018 "1806.00468"

/// Gunasekar et al., Implicit regularization in matrix factorization (2017).
let matrixFactorization: string -> Source =
    paper "Gunasekar, Woodworth, Bhojanapalli, Neyshabur, Srebro" 2017 "1705.09280"

/// Ji, Telgarsky, Gradient descent aligns the layers of deep linear networks (2018).
let alignedLayers: string -> Source = paper "Ji, Telgarsky" 2018 "1810.02032"

/// Ali, Kolter, Tibshirani, A continuous-time view of early stopping for least squares (2019).
let continuousLeastSquares: string -> Source =
    paper "Ali, Kolter, Tibshirani" 2019 "1810.10082"

/// Azizan, Hassibi, Stochastic gradient/mirror descent: minimax optimality and implicit regularization (2019).
let stochasticMirror: string -> Source = paper "Azizan, Hassibi" 2019 "1806.00952"

/// Woodworth et al., Kernel and rich regimes in overparametrized models (2020).
let kernelAndRich: string -> Source =
    paper "Woodworth, Gunasekar, Lee, Moroshko, Savarese, Golan, Soudry, Srebro" 2020 "2002.09277"

/// Yun, Krishnan, Mobahi, A unifying view on implicit bias in training linear neural networks (2020).
let unifyingView: string -> Source = paper "Yun, Krishnan, Mobahi" 2020 "2010.02501"

/// Azulay et al., On the implicit bias of initialization shape: beyond infinitesimal mirror descent (2021).
let initializationShape: string -> Source =
    paper "Azulay, Moroshko, Nacson, Woodworth, Srebro, Globerson, Soudry" 2021 "2102.09769"
