(** What each headline theorem rests on. `sh proofs/axioms.sh` compares what this file
    prints with axioms.allowed. A theorem that proofs/status.toml names is here. *)
From Gapcert Require  sparsity.Babel sparsity.Consistency sparsity.Derandomise13 sparsity.Grid13 sparsity.Layer sparsity.Lemma20 sparsity.Network sparsity.Noise sparsity.Radius sparsity.Recursion13 sparsity.Sigma sparsity.SigmaOutput sparsity.SparseNorm sparsity.Theorem11 sparsity.Theorem13 sparsity.TopSet.
From Gapcert Require  single_shot.Catoni single_shot.Derandomise single_shot.FirstViolation single_shot.GibbsCertificate single_shot.GoodEvent single_shot.GridWeights single_shot.Kl single_shot.PacBayesKl single_shot.Pinsker single_shot.Stability single_shot.TheoremM single_shot.Xi.
From Gapcert Require  certificate.Agreement certificate.Checker.
From Gapcert Require  paths.Kappa paths.Margin paths.PathEnergy paths.Splitting.

(** ** sparsity *)

(* Lemma 17: the sparse norm does not increase in s2 and s1 *)
Print Assumptions Gapcert.sparsity.SparseNorm.lemma17_norm.
(* the sparse norm is at most the spectral norm *)
Print Assumptions Gapcert.sparsity.SparseNorm.sparse_norm_at_most_spectral.
(* and at least the largest entry *)
Print Assumptions Gapcert.sparsity.SparseNorm.sparse_norm_at_least_entries.
(* the sparse norm exists *)
Print Assumptions Gapcert.sparsity.SparseNorm.sparse_norm_exists.
(* the inner maximum of Definition 2 is reached at the largest entries *)
Print Assumptions Gapcert.sparsity.TopSet.inner_max_attained.
(* Lemma 18, over all subsets: norm <= nu sqrt(1 + mu) *)
Print Assumptions Gapcert.sparsity.Babel.lemma18.
(* the s-th largest entry exists *)
Print Assumptions Gapcert.sparsity.Radius.order_stat_exists.
(* Lemma 4, part 1 *)
Print Assumptions Gapcert.sparsity.Layer.lemma4_part1.
(* Lemma 4, part 2 *)
Print Assumptions Gapcert.sparsity.Layer.lemma4_part2.
(* it fails at gamma = 0: gap (9) *)
Print Assumptions Gapcert.sparsity.Layer.lemma4_part2_fails_at_zero.
(* Lemma 4, part 3, outputs *)
Print Assumptions Gapcert.sparsity.Layer.lemma4_part3_output.
(* Lemma 4, part 3, radii *)
Print Assumptions Gapcert.sparsity.Layer.lemma4_part3_radius.
(* Proposition 9 for actual layers *)
Print Assumptions Gapcert.sparsity.Network.proposition9.
(* Proposition 9, outputs *)
Print Assumptions Gapcert.sparsity.Network.proposition9_output.
(* Proposition 10 for actual layers *)
Print Assumptions Gapcert.sparsity.Network.proposition10.
(* Proposition 10, outputs *)
Print Assumptions Gapcert.sparsity.Network.proposition10_output.
(* Lemma 18 supplies nu *)
Print Assumptions Gapcert.sparsity.Network.in_class_of_babel.
(* Lemma 20 from the norm tail of one Gaussian matrix *)
Print Assumptions Gapcert.sparsity.Lemma20.lemma20_of_davidson_szarek.
(* Lemma 12 corrected: 2K+1 events *)
Print Assumptions Gapcert.sparsity.Noise.lemma12.
(* Lemma 12 for any share t *)
Print Assumptions Gapcert.sparsity.Noise.lemma12_all.
(* Lemma 16: one step of the recursion *)
Print Assumptions Gapcert.sparsity.Derandomise13.one_step.
(* the recursion of Theorem 13 *)
Print Assumptions Gapcert.sparsity.Recursion13.recursion13.
(* Theorem 13, sound form *)
Print Assumptions Gapcert.sparsity.Theorem13.theorem13_sound.
(* Theorem 13, sharp form *)
Print Assumptions Gapcert.sparsity.Theorem13.theorem13_sharp_form.
(* Theorem 13, the printed number *)
Print Assumptions Gapcert.sparsity.Theorem13.theorem13_printed_number.
(* Theorem 13 as printed bounds P(margin < 0) *)
Print Assumptions Gapcert.sparsity.Theorem13.theorem13_as_printed.
(* Theorem 13 on a paid grid *)
Print Assumptions Gapcert.sparsity.Grid13.theorem13_grid.
(* sigma of Theorem 11 <= sigma of Theorem 13, hidden layers *)
Print Assumptions Gapcert.sparsity.Sigma.sigma11_le_sigma13.
(* the same for the output layer if C <= 2(K+1) sqrt m *)
Print Assumptions Gapcert.sparsity.Sigma.sigma11_le_sigma13_out.
(* it fails for C >= 10^6: gap (10) *)
Print Assumptions Gapcert.sparsity.SigmaOutput.sigma11_exceeds_sigma13_out.
(* the variances of Theorem 11 are admissible in Theorem 13 *)
Print Assumptions Gapcert.sparsity.Theorem11.sigma11_within.
(* the assumptions of Theorem 13 can be met *)
Print Assumptions Gapcert.sparsity.Consistency.assumptions_consistent.

(** ** single_shot *)

(* Lemma 1: stable layers stay near *)
Print Assumptions Gapcert.single_shot.Stability.stable_near.
(* Lemma 1: outputs move by at most g/2 *)
Print Assumptions Gapcert.single_shot.Stability.output_near.
(* Lemma 2: a violated example has loss 1 *)
Print Assumptions Gapcert.single_shot.FirstViolation.violated_loss.
(* Lemma 2: a safe example has loss 0 *)
Print Assumptions Gapcert.single_shot.FirstViolation.safe_loss.
(* the good event has probability at least 1 - tau *)
Print Assumptions Gapcert.single_shot.GoodEvent.good_likely.
(* D2, population side *)
Print Assumptions Gapcert.single_shot.Derandomise.population.
(* D2, sample side *)
Print Assumptions Gapcert.single_shot.Derandomise.empirical.
(* one evaluation certifies a kl inverse *)
Print Assumptions Gapcert.single_shot.Kl.kl_inv_upper_mono.
(* kl is jointly convex *)
Print Assumptions Gapcert.single_shot.Kl.kl_convex.
(* the moment lemma *)
Print Assumptions Gapcert.single_shot.PacBayesKl.moment.
(* Donsker-Varadhan on finite spaces *)
Print Assumptions Gapcert.single_shot.PacBayesKl.change_of_measure_finite.
(* D1: PAC-Bayes-kl on a finite data space *)
Print Assumptions Gapcert.single_shot.PacBayesKl.pac_bayes_kl.
(* D1 with nothing assumed, for finitely many hypotheses *)
Print Assumptions Gapcert.single_shot.PacBayesKl.pac_bayes_kl_finite.
(* the exceptional samples of D1 have probability at most delta *)
Print Assumptions Gapcert.single_shot.PacBayesKl.exceptional_rare.
(* xi(m) <= 2 sqrt m *)
Print Assumptions Gapcert.single_shot.Xi.xi_le_2_sqrt.
(* pac-bayes/kl as printed *)
Print Assumptions Gapcert.single_shot.Xi.complexity_as_printed.
(* Pinsker *)
Print Assumptions Gapcert.single_shot.Pinsker.pinsker.
(* pac-bayes/mcallester, sharp *)
Print Assumptions Gapcert.single_shot.Pinsker.mcallester.
(* pac-bayes/catoni *)
Print Assumptions Gapcert.single_shot.Catoni.catoni.
(* an upper value of the empirical Gibbs loss *)
Print Assumptions Gapcert.single_shot.GibbsCertificate.gibbs_certificate.
(* weights of the two-sided grids *)
Print Assumptions Gapcert.single_shot.GridWeights.level_weight_le_1.
(* weights of the one-sided grids *)
Print Assumptions Gapcert.single_shot.GridWeights.step_weight_le_1.
(* weights of product grids *)
Print Assumptions Gapcert.single_shot.GridWeights.product_weight_le_1.
(* Theorem M on a countable grid *)
Print Assumptions Gapcert.single_shot.TheoremM.theorem_M.
(* its assumptions can be met *)
Print Assumptions Gapcert.single_shot.TheoremM.posterior_point.

(** ** paths *)

(* L3: splitting *)
Print Assumptions Gapcert.paths.Splitting.splitting.
(* the recursion is the sum over paths *)
Print Assumptions Gapcert.paths.PathEnergy.path_energy_is_sum_over_paths.
(* the paths summed over are those of the graph *)
Print Assumptions Gapcert.paths.PathEnergy.paths_spec.
(* M <= the largest chain product *)
Print Assumptions Gapcert.paths.PathEnergy.path_energy_le_chain.
(* kappa_L <= sqrt(2 L ln 2) *)
Print Assumptions Gapcert.paths.Kappa.kappa_bound.
(* kappa_L <= 2^((L-1)/2) *)
Print Assumptions Gapcert.paths.Kappa.kappa_bound_small.
(* L6: the margin is sqrt 2-Lipschitz in l2 *)
Print Assumptions Gapcert.paths.Margin.margin_l2.
(* and no less *)
Print Assumptions Gapcert.paths.Margin.margin_l2_attained.
(* L6: the margin is 2-Lipschitz in l_inf *)
Print Assumptions Gapcert.paths.Margin.margin_linf.
(* and no less *)
Print Assumptions Gapcert.paths.Margin.margin_linf_attained.

(** ** certificate; its files on weights add the axioms of machine integers *)

(* exported values: for all leaves within their enclosures *)
Print Assumptions Gapcert.certificate.Checker.certified.
(* the exported kl inverse bounds what PAC-Bayes-kl bounds *)
Print Assumptions Gapcert.certificate.Agreement.below_kl_inv.
(* the exported xi(m) is that of PAC-Bayes-kl *)
Print Assumptions Gapcert.certificate.Agreement.xi_agrees.
(* the exported kappa_L is the infimum *)
Print Assumptions Gapcert.certificate.Agreement.peeling_agrees.
