"""What all branches of a model add to its score: one matrix product, and one ensemble of trees."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from regression_model.estimators.fitted import Linear, Tree, Trees
from regression_model.estimators.registry import read_fitted
from regression_model.export.lookups import Lookup
from regression_model.export.refusals import no_rule
from regression_model.export.symbols import Places, Symbol, Vector
from regression_model.export.tensors import Tensor, constant
from regression_model.export.trees import scaled_trees, tree_ensemble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats
    from regression_model.export.frames import FrameGraph


@dataclass
class Total:
    """A sum under construction: what all branches add to the score.

    All linear parts become one matrix product, and all trees one ensemble, however many branches
    they come from.
    """

    weights: dict[Symbol, float] = field(default_factory=dict)
    constant: float = 0.0
    trees: list[tuple[Tree, list[Symbol]]] = field(default_factory=list)

    def add(self, symbol: Symbol, weight: float) -> None:
        """Add a column times a weight."""
        self.weights[symbol] = self.weights.get(symbol, 0.0) + weight

    def add_fitted(self, model: Any, features: Sequence[Symbol], scale: float) -> None:
        """Add `scale` times the answer of a fitted estimator to features in their order."""
        fitted = read_fitted(model)
        if isinstance(fitted, Linear):
            self._add_linear(fitted, features, scale)
        elif isinstance(fitted, Trees):
            self._add_trees(fitted, features, scale)
        else:
            raise no_rule(model)

    def _add_linear(self, linear: Linear, features: Sequence[Symbol], scale: float) -> None:
        for symbol, coefficient in zip(features, linear.coefficients, strict=True):
            self.add(symbol, scale * coefficient)
        self.constant += scale * linear.intercept

    def _add_trees(self, trees: Trees, features: Sequence[Symbol], scale: float) -> None:
        self.trees += [(tree, list(features)) for tree in scaled_trees(trees, scale)]
        self.constant += scale * trees.base

    def linear_part(self) -> tuple[dict[Symbol, float], float]:
        """Return the weights of plain columns, one lookup at most for each source; the constant."""
        return _plain(_merge_lookups(self.weights), self.constant)

    def compared(self) -> list[Symbol]:
        """Return the columns that trees compare, each once."""
        distinct: dict[Symbol, None] = {}
        for _, features in self.trees:
            distinct.update(dict.fromkeys(features))
        return list(distinct)

    def trees_on(self, places: Places) -> list[tuple[Tree, list[int]]]:
        """Return the trees, each with the positions in a tensor of its features."""
        return [(tree, [places[symbol] for symbol in features]) for tree, features in self.trees]

    def build(self, graph: FrameGraph) -> Tensor:
        """Return the sum, in each of LANES equal columns."""
        weights, offset = self.linear_part()
        compared = self.compared()
        graph.gather_lookups([*compared, *weights])
        if not self.trees:
            return graph.weighted_sum(weights, constant(graph, [offset]))
        # trees and weights share a tensor if none of its columns can be NaN, which weights of
        # zero would not keep out
        is_shared = graph.is_finite([*compared, *weights])
        symbols = [*compared, *weights] if is_shared else compared
        tensor, positions = graph.any_order(symbols)
        places = dict(zip(symbols, positions, strict=True))
        # the constant goes into the leaves of one tree, which saves a node
        (first, its_features), *others = self.trees_on(places)
        first = replace(first, value=first.value + offset)
        leaves = tree_ensemble(tensor, [(first, its_features), *others])
        return graph.weighted_sum(weights, leaves, tensor if is_shared else None, places)


def _plain(weights: dict[Symbol, float], constant: float) -> tuple[dict[Symbol, float], float]:
    """Take factors and shifts of vectors into the weights and the constant."""
    plain: dict[Symbol, float] = {}
    for symbol, weight in weights.items():
        if isinstance(symbol, Vector):
            constant += weight * symbol.shift
            bare = replace(symbol, factor=1.0, shift=0.0)
            plain[bare] = plain.get(bare, 0.0) + weight * symbol.factor
        else:
            plain[symbol] = weight
    return plain, constant


def _merge_lookups(weights: dict[Symbol, float]) -> dict[Symbol, float]:
    """Add up weighted lookups of one source in one table, so that they cost one value."""
    vectors: dict[Symbol, float] = {}
    tables: dict[int, Floats] = {}
    for symbol, weight in weights.items():
        if isinstance(symbol, Lookup):
            tables[symbol.source] = tables.get(symbol.source, 0.0) + weight * symbol.table
        else:
            vectors[symbol] = weight
    lookups: dict[Symbol, float] = {Lookup(source, table): 1.0 for source, table in tables.items()}
    return {**vectors, **lookups}
