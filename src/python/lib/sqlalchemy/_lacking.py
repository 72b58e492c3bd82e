"""What SQLAlchemy's classes have and ours lack, by the name of the class: those are refused, any other name is not
there at all."""

LACKING = {
    "Select": """
        allows_lambda apply_syntax_extension_point argument_for columns_clause_froms compare corresponding_column
        description dialect_kwargs dialect_options entity_namespace ext froms get_children get_dialect_option
        get_label_style inherit_cache inner_columns into is_clause_element is_delete is_derived_from is_dml
        is_from_statement is_insert is_selectable is_text is_update kwargs memoized_attribute
        memoized_instancemethod name_cte_columns reflect_only_elements replace_selectable selectable
        stringify_dialect supports_execution uses_inspection
    """,
    "CompoundSelect": """
        EXCEPT EXCEPT_ALL INTERSECT INTERSECT_ALL UNION UNION_ALL allows_lambda argument_for compare
        corresponding_column description dialect_kwargs dialect_options entity_namespace fetch get_children
        get_dialect_option get_label_style inherit_cache into is_clause_element is_delete is_derived_from is_dml
        is_from_statement is_insert is_selectable is_text is_update kwargs memoized_attribute
        memoized_instancemethod name_cte_columns options reflect_only_elements replace_selectable selectable slice
        stringify_dialect supports_execution uses_inspection with_for_update
    """,
    "ColumnElement": """
        adapt_to_entity adapter aggregate_order_by all_ allows_lambda and_ anon_key_label anon_label any any_ any_op
        append_foreign_key argument_for as_comparison as_reference base_columns c class_ clauses columns comparator
        copy corresponding_column create_drop_stringify_dialect criterion default description dialect_kwargs
        dialect_options dispatch effective_value element entity_namespace execution_options exported_columns
        extension_type foreign_keys get_children get_dialect_option get_execution_options get_history group has
        has_op hasparent impl info inherit_cache is_aliased_class is_attribute is_bundle is_comparison is_delete
        is_derived_from is_dml is_from_statement is_insert is_instance is_literal is_mapper is_property is_select
        is_text is_update join kwargs lateral memoized_attribute memoized_instancemethod monotonic named_with_column
        of_type of_type_op onupdate options order_by outerjoin packagenames parent partition_by prop property
        proxy_set references reflect_only_elements regexp_replace render_literal_execute replace_selectable
        reverse_operate schema select select_from selectable server_default server_onupdate stringify_dialect
        supports_execution tablesample uses_inspection where with_cols with_hint with_statement_hint
        within_group_type wrapped_column_expression
    """,
    "RelationshipAttribute": """
        adapter all_ allows_lambda any_ any_op asc between bitwise_and bitwise_lshift bitwise_not bitwise_or
        bitwise_rshift bitwise_xor bool_op class_ collate comparator concat desc dispatch distinct endswith
        expression extension_type get_history has_op hasparent icontains iendswith ilike impl info inherit_cache
        is_aliased_class is_attribute is_bundle is_clause_element is_distinct_from is_instance is_mapper
        is_not_distinct_from is_property is_selectable isnot isnot_distinct_from istartswith label like match
        not_ilike not_in not_like notilike notin_ notlike nulls_first nulls_last nullsfirst nullslast of_type_op op
        operate params regexp_match regexp_replace reverse_operate startswith timetuple unique_params
        uses_inspection
    """,
    "FromClause": """
        add_cte add_is_dependent_on allows_lambda append_column append_constraint argument_for as_scalar
        autoincrement_column column compare create create_drop_stringify_dialect cte data dialect_kwargs
        dialect_options dispatch drop entity_namespace foreign_key_constraints foreign_keys get_children
        get_dialect_option implicit_returning info inherit_cache insert_column is_clause_element is_dml
        is_selectable is_view joins_implicitly key kwargs memoized_attribute memoized_instancemethod
        name_cte_columns named_with_column original prefix_with reflect_only_elements render_derived
        replace_selectable scalar_values schema selectable set_creator_ddl set_dropper_ddl stringify_dialect
        suffix_with supports_execution table_valued to_metadata tometadata uses_inspection with_cols
    """,
    "TextClause": """
        allows_lambda comparator compare description entity_namespace execution_options get_children
        get_execution_options inherit_cache is_clause_element is_delete is_dml is_from_statement is_insert is_select
        is_selectable is_text is_update key memoized_attribute memoized_instancemethod options stringify_dialect
        subquery supports_execution type uses_inspection
    """,
    "Insert": """
        add_cte allows_lambda apply_syntax_extension_point argument_for compare corresponding_column cte description
        dialect_kwargs dialect_options entity_namespace exported_columns ext get_children get_dialect_option
        include_insert_from_select_defaults inherit_cache is_clause_element is_delete is_derived_from
        is_from_statement is_insert is_select is_selectable is_text is_update kwargs memoized_attribute
        memoized_instancemethod name_cte_columns named_with_column reflect_only_elements
        returning_column_descriptions select selectable stringify_dialect supports_execution uses_inspection
        with_dialect_options
    """,
    "Update": """
        add_cte allows_lambda apply_syntax_extension_point argument_for compare corresponding_column cte description
        dialect_kwargs dialect_options entity_namespace exported_columns ext get_children get_dialect_option
        inherit_cache is_clause_element is_delete is_derived_from is_from_statement is_insert is_select
        is_selectable is_text is_update kwargs memoized_attribute memoized_instancemethod name_cte_columns
        named_with_column reflect_only_elements returning_column_descriptions select selectable stringify_dialect
        supports_execution uses_inspection whereclause with_dialect_options
    """,
    "Delete": """
        add_cte allows_lambda apply_syntax_extension_point argument_for compare corresponding_column cte description
        dialect_kwargs dialect_options entity_namespace exported_columns ext get_children get_dialect_option
        inherit_cache is_clause_element is_delete is_derived_from is_from_statement is_insert is_select
        is_selectable is_text is_update kwargs memoized_attribute memoized_instancemethod name_cte_columns
        named_with_column reflect_only_elements returning_column_descriptions selectable stringify_dialect
        supports_execution uses_inspection using whereclause with_dialect_options
    """,
    "Session": """
        bind_mapper bind_table connection_callable dispatch enable_relationship_loading execution_options
        invalidate prepare
    """,
    "Query": """
        allows_lambda apply_labels dispatch enable_assertions ext get_children get_execution_options get_label_style
        instances is_delete is_dml is_from_statement is_insert is_select is_single_entity is_text is_update
        lazy_loaded_from load_options logger logging_name memoized_attribute memoized_instancemethod merge_result
        only_return_tuples supports_execution tuples uses_inspection with_statement_hint
        with_transformation
    """,
    "Engine": "clear_compiled_cache dispatch logging_name",
    "Connection": """
        begin_twophase commit_prepared detach dispatch invalidate
        recover_twophase rollback_prepared schema_for_object should_close_with_result
    """,
    "Result": "memoized_attribute memoized_instancemethod merge",
    "IteratorResult": "memoized_attribute memoized_instancemethod merge",
    "CursorResult": """
        connection cursor cursor_strategy dialect last_updated_params lastrow_has_defaults memoized_attribute
        memoized_instancemethod merge postfetch_cols prefetch_cols returned_defaults returned_defaults_rows
        splice_horizontally splice_vertically
    """,
    "ScalarResult": "memoized_attribute memoized_instancemethod",
    "MappingResult": "memoized_attribute memoized_instancemethod",
    "Load": """
        additional_source_entities context get_children inherit_cache path process_compile_state
        process_compile_state_replaced_entities propagate_to_loaders
    """,
    "ORMExecuteState": "identity_token loader_strategy_path update_delete_options user_defined_options",
    "Mapper": """
        allows_lambda cascade_iterator composites configured dispatch
        entity_namespace extension_type identity_key_from_row inherit_cache is_aliased_class is_attribute
        is_bundle is_clause_element is_instance is_mapper is_property is_selectable logger
        logging_name memoized_attribute memoized_instancemethod path_string
        primary_base_mapper represents_outer_join select_identity_token uses_inspection
        with_polymorphic_mappers
    """,
    "MetaData": "create_drop_stringify_dialect dispatch get_schema_object_by_name get_schema_objects schemas",
    "TypeEngine": """
        Comparator TDComparatorContainer adapt as_generic bind_expression bind_processor cache_ok
        coerce_compared_value coerce_to_is_types column_expression comparator_factory compare_values copy_value
        dialect_impl dispatch evaluates_none get_dbapi_type hashable impl_instance literal_processor
        load_dialect_impl operator_classes process_bind_param process_literal_param process_result_value
        render_bind_cast render_literal_cast repr_struct result_processor should_evaluate_none sort_key_function
        type_engine
    """,
    "InstanceState": """
        async_session callables extension_type get_history get_impl info insert_order is_aliased_class
        is_attribute is_bundle is_clause_element is_instance is_mapper is_property is_selectable load_options
        load_path manager parents runid session_id unmodified_intersection
    """,
    "UOWTransaction": """
        execute filter_states_for_dep finalize_flush_changes get_attribute_history has_dep has_work is_deleted memo
        register_object register_post_update register_preprocessor remove_state_actions states_for_mapper_hierarchy
        was_already_deleted
    """,
    "Transaction": "connection is_active",
    "AliasedInsp": """
        allows_lambda entity entity_namespace extension_type inherit_cache is_attribute is_bundle is_clause_element
        is_instance is_property is_selectable local_table named_with_column path_string persist_selectable
        polymorphic_on represents_outer_join uses_inspection with_polymorphic_mappers
    """,
    "AttributeState": "key state",
    "WriteOnlyCollection": "attr instance",
    "SessionTransaction": "bound_connection connections declare_states prepare",
    "AsyncEngine": "clear_compiled_cache execution_options raw_connection update_execution_options",
    "AsyncConnection": "aclose connection default_isolation_level get_isolation_level get_raw_connection invalidate start",
    "AsyncSession": "bind_mapper bind_table binds close_all dispatch execution_options get_async_bind invalidate",
}
LACKING = {name: frozenset(names.split()) for name, names in LACKING.items()}
